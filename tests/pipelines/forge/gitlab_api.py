"""GitLab's calls."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.pipelines.forge.answers import Refusal, body_of, number_of, paged
from tests.pipelines.forge.state import ForgeState, Post, Token

BASE = "/api/v4/projects/42"


def gitlab_routes(state: ForgeState) -> list[Route]:
    api = _GitLab(state)
    return [
        Route("/api/v4/user", api.user, methods=["GET"]),
        Route(f"{BASE}/merge_requests/{{number}}/notes", api.notes, methods=["GET", "POST"]),
        Route(f"{BASE}/merge_requests/{{number}}/notes/{{note}}", api.note, methods=["PUT", "DELETE"]),
        Route(f"{BASE}/issues", api.issues, methods=["GET", "POST"]),
        Route(f"{BASE}/issues/{{number}}", api.issue, methods=["PUT"]),
        Route(f"{BASE}/issues/{{number}}/notes", api.issue_notes, methods=["POST"]),
        Route(f"{BASE}/repository/commits/{{sha}}/merge_requests", api.merge_requests, methods=["GET"]),
    ]


class _GitLab:
    def __init__(self, state: ForgeState) -> None:
        self._state = state

    async def user(self, request: Request) -> Response:
        token = self._token(request, None)
        return JSONResponse({"id": token.user_id, "username": token.login})

    async def notes(self, request: Request) -> Response:
        token, number = self._token(request, "comments"), number_of(request, "number")
        if number not in self._state.changes:
            raise Refusal(404, "404 Not found")
        if request.method == "POST":
            return JSONResponse(_note(self._state.comment(number, token, _text(await body_of(request), "body"))), 201)
        # What GitLab itself writes in the name of a user is a note too.
        system = {"id": 1, "body": "requested review", "system": True, "author": {"id": token.user_id}}
        return paged(self._state, request, [system, *(_note(post) for post in self._state.comments.get(number, []))])

    async def note(self, request: Request) -> Response:
        token = self._token(request, "comments")
        post = self._state.find_comment(number_of(request, "note"))
        if post is None:
            raise Refusal(404, "404 Note Not Found")
        if post.author != token:
            raise Refusal(403, "403 Forbidden")
        if request.method == "DELETE":
            self._state.remove_comment(post.id)
            return Response(status_code=204)
        post.body = _text(await body_of(request), "body")
        return JSONResponse(_note(post))

    async def issues(self, request: Request) -> Response:
        token = self._token(request, "issues")
        if request.method == "POST":
            body = await body_of(request)
            post = self._state.issue(token, _text(body, "title"), _text(body, "description"), _text(body, "labels"))
            return JSONResponse(_issue(post), 201)
        state, label = request.query_params.get("state", "all"), request.query_params.get("labels")
        found = [post for post in self._state.issues.values() if label in {None, post.label} and state in {"all", _state(post)}]
        return paged(self._state, request, [_issue(post) for post in found])

    async def issue(self, request: Request) -> Response:
        self._token(request, "issues")
        post = self._issue_of(request)
        body = await body_of(request)
        post.body = body.get("description", post.body)
        post.state = "closed" if body.get("state_event") == "close" else post.state
        return JSONResponse(_issue(post))

    async def issue_notes(self, request: Request) -> Response:
        token, post = self._token(request, "issues"), self._issue_of(request)
        return JSONResponse(_note(self._state.comment(post.id, token, _text(await body_of(request), "body"))), 201)

    async def merge_requests(self, request: Request) -> Response:
        self._token(request, "comments")
        sha = request.path_params["sha"]
        shas = {"squash_commit_sha": None, "sha": "1" * 40}
        merged = [{"iid": each, "state": "merged", "merge_commit_sha": sha, **shas} for each in self._state.merged.get(sha, [])]
        # One that is still open may hold the commit too, and so may one that was merged as another commit.
        others = [{"iid": 999, "state": "opened", "sha": sha}, {"iid": 998, "state": "merged", "merge_commit_sha": "0" * 40, **shas}]
        return paged(self._state, request, [*others, *merged])

    def _issue_of(self, request: Request) -> Post:
        post = self._state.issues.get(number_of(request, "number"))
        if post is None:
            raise Refusal(404, "404 Not found")
        return post

    def _token(self, request: Request, noun: str | None) -> Token:
        token = self._state.tokens.get(request.headers.get("private-token", ""))
        if token is None:
            raise Refusal(401, "401 Unauthorized")
        if noun is not None and f"{'read' if request.method == 'GET' else 'write'} {noun}" not in token.may:
            raise Refusal(403, "insufficient_scope")
        return token


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal(400, f"{name} is missing")
    return value


def _state(post: Post) -> str:
    return "opened" if post.state == "open" else "closed"


def _note(post: Post) -> dict[str, Any]:
    return {"id": post.id, "body": post.body, "system": False, "author": {"id": post.author.user_id, "username": post.author.login}}


def _issue(post: Post) -> dict[str, Any]:
    return {"id": post.id * 1000, "iid": post.id, "title": post.title, "description": post.body, "state": _state(post)} | {
        "labels": [post.label],
        "author": {"id": post.author.user_id, "username": post.author.login},
    }
