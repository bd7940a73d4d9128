"""The English sentences that connectors, the core and the storage tell staff, found in the code by syntax.

Those are what errors and notices say, why nothing may be said, and what the settings say of a value that does not fit.
"""

import ast
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import connectors
import reputation_bot
import storage
from reputation_bot import errors
from tests import told_by_others

CORE, CONNECTORS, STORAGE = (Path(one.__path__[0]) for one in (reputation_bot, connectors, storage))
LETTERS = 8  # beside its gaps; what has fewer, such as "Reddit: {…}", says nothing that could be translated
GAP = "{}"


def sentences(*folders: Path) -> dict[str, list[str]]:
    """Those of connectors, each with `{}` for its gaps, and where it stands."""
    trees = _trees(folders)
    return _found(trees, _refusals(trees.values(), errors.PlatformError))


def of_errors() -> dict[str, list[str]]:
    """All that an expected error may say in the terminal or the group, and what it quotes."""
    labelled = CORE / "tuning" / "labelled.py"
    validated = (CORE / "settings", CORE / "rules", CORE / "promises" / "timetable.py", CONNECTORS, labelled)
    quoted = told_by_others.sentences() | told_by_others.descriptions()
    return {
        **expected_errors(CORE, CONNECTORS, STORAGE),
        **refused_values(*validated),
        **written(CORE / "tuning" / "breadth.py", CORE / "tuning" / "implication.py"),
        **{one: ["others' words"] for one in quoted},
    }


def expected_errors(*folders: Path) -> dict[str, list[str]]:
    """What every error says that is told instead of a traceback, in the same form."""
    trees = _trees(folders)
    return _found(trees, _refusals(trees.values(), errors.ReputationBotError))


def refused_values(*folders: Path) -> dict[str, list[str]]:
    """What validators say of a value of rules.yaml: pydantic puts the words of their ValueErrors into a ConfigError."""
    return _found(_trees(folders), {"ValueError"})


def written(*files: Path) -> dict[str, list[str]]:
    """Every sentence that stands in a file, but for docstrings: what is told is put together there in many ways."""
    found: dict[str, list[str]] = {}
    for path, tree in _trees(files).items():
        for node in _written(tree):
            for text in _texts(node, {}):
                if " " in text.strip() and sum(map(str.isalpha, text)) >= LETTERS:
                    found.setdefault(text, []).append(f"{path.parent.name}/{path.name}:{node.lineno}")
    return found


def _written(node: ast.AST) -> Iterator[ast.expr]:
    """Texts that are no part of another, and no docstrings."""
    for inner in ast.iter_child_nodes(node):
        match inner:
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Constant() | ast.JoinedStr():
                yield inner
            case _:
                yield from _written(inner)


def _trees(folders: Iterable[Path]) -> dict[Path, ast.Module]:
    paths = sorted(file for one in folders for file in (one.rglob("*.py") if one.is_dir() else [one]))
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def _found(trees: dict[Path, ast.Module], refusals: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, tree in trees.items():
        names = _constants(tree)
        for node in _told(tree, refusals):
            for text in _texts(node, names):
                if GAP not in text or sum(map(str.isalpha, text)) >= LETTERS:
                    found.setdefault(text, []).append(f"{path.parent.name}/{path.name}:{node.lineno}")
    return found


def _told(tree: ast.Module, refusals: Collection[str]) -> Iterator[ast.expr]:
    """What is handed to whoever tells staff."""
    for node in ast.walk(tree):
        yield from _raised(node, refusals)
        match node:
            case ast.Call(func=ast.Name(id="for_staff"), args=[sentence]):
                yield sentence
            case ast.Call(func=ast.Name(id="Permission"), args=args, keywords=keywords):
                yield from args[1:2]
                yield from (one.value for one in keywords if one.arg == "why_not")
            case ast.Call(func=ast.Attribute(value=owner, attr="append"), args=[sentence]) if _is_notices(
                owner
            ):
                yield sentence
            case ast.Assign(targets=[target], value=value) | ast.AugAssign(target=target, value=value):
                yield from _items(value) if _is_notices(target) else ()
            case ast.keyword(arg="notices", value=value):
                yield from _items(value)
            case ast.keyword(arg="advice", value=value):  # of `SignedIn`
                yield value
            case ast.Call(
                func=ast.Name(id="look" | "read"), keywords=keywords
            ):  # of `reviews` and `timelines`
                yield from (one.value for one in keywords if one.arg == "kind")


def _refusals(trees: Iterable[ast.Module], family: type[Exception]) -> set[str]:
    """Errors whose text a person reads, those among them that a module makes for itself."""
    known = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, family)}
    own = {
        node.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) in known for base in node.bases)
    }
    return known | own


def _raised(node: ast.AST, refusals: Collection[str]) -> Iterator[ast.expr]:
    """What an error is made with, or hands to the one that it is a kind of."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[sentence, *_]) if name in refusals:
            yield sentence
        case ast.ClassDef(name=name) if name in refusals:
            for inner in ast.walk(node):
                match inner:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="__init__"),
                        args=[sentence, *_],
                    ):
                        yield sentence


def _is_notices(node: ast.expr) -> bool:
    return ast.unparse(node).rpartition(".")[2].strip("_") == "notices"


def _items(value: ast.expr) -> Iterator[ast.expr]:
    """The elements of a list, also of one that is there under a condition or added to another."""
    match value:
        case ast.List(elts=items):
            yield from items
        case ast.ListComp(elt=item):
            yield item
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            yield from _items(one)
            yield from _items(other)


def _texts(node: ast.expr, constants: dict[str, list[ast.expr]]) -> Iterator[str]:
    """The sentences that an expression may turn out to be, and those that may fill its gaps."""
    inner: list[ast.expr] = []
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else GAP for part in parts)
            inner = [part.value for part in parts if isinstance(part, ast.FormattedValue)]
            yield from (text for one in inner for text in _texts(one, constants) if " " in text)
            return
        case ast.IfExp(body=one, orelse=other):
            inner = [one, other]
        case ast.BoolOp(values=values):
            inner = values
        case ast.Name(id=name):
            inner, constants = constants.get(name, []), {}
        case ast.Call(func=ast.Name(id=name)):
            inner, constants = constants.get(f"{name}()", []), {}
        case ast.BinOp(op=ast.Add()):
            raise AssertionError(f"a sentence for staff is put together with +: {ast.unparse(node)}")
    for one in inner:
        yield from _texts(one, constants)


def _constants(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What the names of a module stand for, where that is a text, and what its functions (`name()`) give back."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Constant() | ast.JoinedStr() | ast.IfExp() | ast.BoolOp() as value,
            ):
                found.setdefault(name, []).append(value)
            case ast.FunctionDef(name=name):
                given = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
                found.setdefault(f"{name}()", []).extend(given)
    return found
