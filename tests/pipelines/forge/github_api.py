"""GitHub's calls."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.pipelines.forge.answers import Refusal, body_of, number_of, paged
from tests.pipelines.forge.state import LONGEST_GITHUB_BODY, ForgeState, Post, Token

BASE = "/repos/acme/mail"


def github_routes(state: ForgeState) -> list[Route]:
    api = _GitHub(state)
    return [
        Route(f"{BASE}/issues/{{number}}/comments", api.comments, methods=["GET", "POST"]),
        Route(f"{BASE}/issues/comments/{{comment}}", api.comment, methods=["PATCH", "DELETE"]),
        Route(f"{BASE}/issues", api.issues, methods=["GET", "POST"]),
        Route(f"{BASE}/issues/{{number}}", api.issue, methods=["PATCH"]),
        Route(f"{BASE}/commits/{{sha}}/pulls", api.pulls, methods=["GET"]),
    ]


class _GitHub:
    def __init__(self, state: ForgeState) -> None:
        self._state = state

    async def comments(self, request: Request) -> Response:
        number = number_of(request, "number")
        noun = "comments" if number in self._state.changes else "issues"
        token = self._token(request, noun)
        if number not in self._state.changes and number not in self._state.issues:
            raise Refusal(404, "Not Found")
        if request.method == "GET":
            return paged(self._state, request, [_comment(post) for post in self._state.comments.get(number, [])])
        post = self._state.comment(number, token, _text((await body_of(request)).get("body")))
        return JSONResponse(_comment(post), 201)

    async def comment(self, request: Request) -> Response:
        self._token(request, "comments")
        post = self._state.find_comment(number_of(request, "comment"))
        if post is None:
            raise Refusal(404, "Not Found")
        if request.method == "DELETE":
            self._state.remove_comment(post.id)
            return Response(status_code=204)
        post.body = _text((await body_of(request)).get("body"))
        return JSONResponse(_comment(post))

    async def issues(self, request: Request) -> Response:
        token = self._token(request, "issues")
        if request.method == "GET":
            query = request.query_params
            found = [
                _issue(post)
                for post in self._state.issues.values()
                if post.state == query.get("state", "open") and query.get("labels", post.label) == post.label
            ]
            # Every pull request is an issue too.
            pulls = [{"number": each, "pull_request": {}, "user": {"login": token.login}} for each in sorted(self._state.changes)]
            return paged(self._state, request, [*pulls, *found])
        body = await body_of(request)
        post = self._state.issue(token, _text(body.get("title")), _text(body.get("body")), ",".join(body.get("labels", [])))
        return JSONResponse(_issue(post), 201)

    async def issue(self, request: Request) -> Response:
        self._token(request, "issues")
        post = self._state.issues.get(number_of(request, "number"))
        if post is None:
            raise Refusal(404, "Not Found")
        body = await body_of(request)
        post.body = _text(body["body"]) if "body" in body else post.body
        post.state = body.get("state", post.state)
        return JSONResponse(_issue(post))

    async def pulls(self, request: Request) -> Response:
        self._token(request, "comments")
        sha = request.path_params["sha"]
        merged = [
            {"number": each, "merged_at": "2026-01-01T00:00:00Z", "merge_commit_sha": sha} for each in self._state.merged.get(sha, [])
        ]
        # The commit is part of an open pull request too.
        return paged(self._state, request, [{"number": 999, "merged_at": None, "merge_commit_sha": None}, *merged])

    def _token(self, request: Request, noun: str) -> Token:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        token = self._state.tokens.get(text) if scheme == "Bearer" else None
        if token is None:
            raise Refusal(401, "Bad credentials")
        if f"{'read' if request.method == 'GET' else 'write'} {noun}" not in token.may:
            raise Refusal(403, "Resource not accessible by integration")
        return token


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or len(value) > LONGEST_GITHUB_BODY:
        raise Refusal(422, "Validation Failed")
    return value


def _comment(post: Post) -> dict[str, Any]:
    return {"id": post.id, "body": post.body, "user": {"login": post.author.login, "id": post.author.user_id}}


def _issue(post: Post) -> dict[str, Any]:
    return {"number": post.id, "id": post.id * 1000, "title": post.title, "body": post.body, "state": post.state} | {
        "user": {"login": post.author.login, "id": post.author.user_id},
        "labels": [{"name": post.label}],
    }
