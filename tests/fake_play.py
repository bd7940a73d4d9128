"""A small Play Developer API as Google's own description of it says: the reviews of one app, and the connector that reads them."""

from datetime import UTC, datetime
from typing import Any

from connectors.google.play import GooglePlayConnector, GooglePlayOptions
from connectors.http import Limits
from reputation_bot.model import Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT
from tests.fake_google import Google, refused
from tests.fake_server import Answer, Request, json_answer

PACKAGE = "it.bottega.aurora"
REVIEWS = f"/androidpublisher/v3/applications/{PACKAGE}/reviews"


class FakePlay:
    """Reviews of one app, newest change first."""

    def __init__(self) -> None:
        self.reviews: list[dict[str, Any]] = []
        self.is_endless = False
        self.google = Google(self.api, scope="https://www.googleapis.com/auth/androidpublisher")
        self.server = self.google.server
        self.secret_url = self.server.url
        self.per_page = 100

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> GooglePlayConnector:
        values = {"package": PACKAGE, "api": url or self.server.url, **more}
        if "key_file" not in values:
            values["key"] = self.google.service_account()
        options = GooglePlayOptions.model_validate(values)
        return GooglePlayConnector(Channel("play", "Bottega"), options, self.google.http(options.api, limits))

    def publish(self, text: str, *, created_at: datetime | None = None, **more: Any) -> None:
        said = {"text": text, "lastModified": stamp(created_at), "starRating": 2, "reviewerLanguage": "en_US"}
        review_id = f"gp:AOq{len(self.reviews) + 1}"
        comments = [{"userComment": {**said, **more}}]
        self.reviews.insert(0, {"reviewId": review_id, "authorName": "Giulia", "comments": comments})

    def edit(self, old: str, new: str) -> None:
        for said in (review["comments"][0]["userComment"] for review in self.reviews):
            if said["text"] == old:
                said.update(text=new, lastModified=stamp())

    def delete(self, text: str) -> None:
        for review in self.reviews:
            review["comments"] = [one for one in review["comments"] if text not in str(one)]
        self.reviews = [review for review in self.reviews if "userComment" in str(review["comments"])]

    def publish_broken(self) -> None:
        self.reviews.insert(0, {"reviewId": 17, "comments": "none"})

    def page_endlessly(self) -> None:
        self.is_endless = True

    def reply_by_hand(self, text: str, at: datetime | None = None, review: int = 0) -> None:
        """The same as by the API: a review has one answer."""
        comments = self.reviews[review]["comments"]
        self.reviews[review]["comments"] = [
            comments[0],
            {"developerComment": {"text": text, "lastModified": stamp(at)}},
        ]

    def answers(self) -> list[tuple[str, Visibility]]:
        return [
            (comment["developerComment"]["text"], Visibility.PUBLIC)
            for review in self.reviews
            for comment in review["comments"]
            if "developerComment" in comment
        ]

    def api(self, request: Request) -> Answer:
        if request.path == REVIEWS:
            return self.page(request)
        review_id = request.path.removeprefix(f"{REVIEWS}/").removesuffix(":reply").replace("%3A", ":")
        found = [index for index, review in enumerate(self.reviews) if review["reviewId"] == review_id]
        if not found:
            return refused(404, "NOT_FOUND", "Review not found.")
        if request.method == "GET":
            return json_answer(self.reviews[found[0]])
        assert set(request.json()) == {"replyText"}
        self.reply_by_hand(request.json()["replyText"], review=found[0])
        comment = self.reviews[found[0]]["comments"][1]["developerComment"]
        return json_answer({"result": {"replyText": comment["text"], "lastEdited": comment["lastModified"]}})

    def page(self, request: Request) -> Answer:
        start = int(request.query.get("token", ["0"])[0])
        shown = self.reviews[start : start + self.per_page]
        answer: dict[str, Any] = {"reviews": shown} if shown else {}
        if self.is_endless or start + self.per_page < len(self.reviews):
            answer["tokenPagination"] = {"nextPageToken": str(start + self.per_page)}
        return json_answer(answer)


def stamp(at: datetime | None = None) -> dict[str, Any]:
    seconds = (at or datetime.now(UTC)).timestamp()
    return {"seconds": str(int(seconds)), "nanos": int(seconds % 1 * 1e9)}
