"""The index that finds documents by group keeps only groups that have any: moments pass and never come again."""

from hypothesis import given
from hypothesis import strategies as st

from storage.tiny_index import Index

PUTS = st.lists(st.tuples(st.sampled_from("abc"), st.sets(st.integers(0, 3)), st.booleans()))


@given(PUTS)
def test_groups_are_those_that_have_a_document_whoever_branched_off_meanwhile(
    puts: list[tuple[str, set[int], bool]],
) -> None:
    index, expected = Index(), dict[str, set[int]]()
    for doc_id, groups, branches in puts:
        if branches:
            before, index = (index, set(index.groups())), index.branch()
            index.put(doc_id, tuple(groups))
            assert set(before[0].groups()) == before[1], "the former state is still as it was"
        else:
            index.put(doc_id, tuple(groups))
        expected[doc_id] = groups
        assert set(index.groups()) == set[int]().union(*expected.values())
        for group in range(4):
            assert set(index.ids(group)) == {one for one, of in expected.items() if group in of}
