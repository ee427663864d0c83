"""Every path and status of the contract, over HTTP against sandboxes in memory. Each answer is held against the contract."""

import asyncio
import json
import logging
import time

import httpx
import pytest
from starlette.testclient import TestClient

import service
from conftest import IMAGES, TOKEN
from memory import MemorySandboxes
from samples import NAME, PATH, SECRET, ask, error_of, full, jit, put, small

# ---- Who may ask


def test_refuses_to_start_without_a_token(api):
    for token in (None, "", "  \n"):
        with pytest.raises(service.ConfigurationError, match="LAUNCHER_TOKEN"):
            service.build(api, IMAGES, token=token)


@pytest.mark.parametrize("header", [
    None, "", "Bearer", "Bearer ", f"Bearer {TOKEN} ", f"Bearer  {TOKEN}", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", TOKEN,
    f"Basic {TOKEN}", f"Bearer {TOKEN.upper()}", "Bearer \xff\xfe".encode("latin-1"),
])
def test_refuses_any_other_bearer_before_anything_else(launcher, api, header):
    client = launcher()
    client.headers.pop("Authorization")

    for method, path in (("PUT", PATH), ("GET", PATH), ("DELETE", PATH), ("GET", "/v1/sandboxes"), ("GET", "/elsewhere")):
        response = ask(client, method, path, headers={} if header is None else {"Authorization": header})

        assert error_of(response) == (401, "unauthorized", False, "not_done")
    assert api.calls == []


def test_refuses_two_bearers():
    header = (b"authorization", f"Bearer {TOKEN}".encode())
    door = service.BearerOnly(None, TOKEN)

    assert door.fits([header])
    assert not door.fits([header, header])


def test_takes_the_scheme_in_any_case_and_a_token_beyond_ascii(api):
    client = TestClient(service.build(api, IMAGES, token="schlüssel\n"))

    response = client.get("/v1/sandboxes?owner=mgr", headers={"Authorization": b"bearer " + "schlüssel".encode()})

    assert response.status_code == 200


def test_behind_modals_edge_no_token_is_asked(launcher):
    client = launcher(token=None, edge=True)

    assert put(client).status_code == 201


def test_health_needs_no_token_and_asks_modal_nothing(launcher, api):
    client = launcher()
    client.headers.pop("Authorization")

    response = ask(client, "GET", "/v1/health")

    assert response.json() == {"status": "ok", "modal_sdk": "1.5.4", "runner_version": "2.338.0", "images": sorted(IMAGES)}
    assert api.calls == []


# ---- Create


def test_creates_a_sandbox(client, api):
    response = put(client, full())

    assert response.status_code == 201
    body = response.json()
    assert body == {
        "name": NAME, "sandbox_id": "sb-0000000000000000000001", "state": "running", "exit_code": None, "created": True,
        "tags": {"job": "30433642545", "pool": "modal-gpu", "owner": "mgr", "name": NAME},
    }
    assert api.specs[body["sandbox_id"]].jit_config == jit()


def test_a_repeat_confirms_and_does_not_compare_secret_and_sizes(client, api):
    first = put(client).json()

    response = put(client, small(cpu=8, jit_config=jit({".runner": "another"})))

    assert response.status_code == 200
    assert response.json() == {**first, "created": False}
    assert len(api.sandboxes) == 1


@pytest.mark.parametrize("other", [{"owner": "other"}, {"tags": {"job": "2"}}, {"tags": {"job": "1", "more": "x"}}, {"tags": {}}])
def test_a_name_that_runs_with_other_tags_is_a_conflict(client, other):
    put(client, small(tags={"job": "1"}))

    response = put(client, small(**{"tags": {"job": "1"}, **other}))

    assert error_of(response) == (409, "name_conflict", False, "not_done")


def test_a_name_is_free_again_once_its_sandbox_ended(client, api):
    first = put(client).json()["sandbox_id"]
    api.finish(first, 0)

    response = put(client)

    assert response.status_code == 201
    assert response.json()["sandbox_id"] != first


class Vanishing(MemorySandboxes):
    """Whoever holds the name has ended before one can look, `times` times."""

    def __init__(self, times):
        super().__init__()
        self.times = times

    async def create(self, spec):
        if self.times:
            self.times -= 1
            raise service.NameTaken
        return await super().create(spec)


def test_a_name_that_vanished_is_tried_once_more(launcher):
    assert put(launcher(Vanishing(1))).status_code == 201
    assert error_of(put(launcher(Vanishing(2)))) == (503, "modal_unavailable", True, "unknown")


@pytest.mark.parametrize("name", ["A", "-a", "a" * 64, "a_b", "a.b", "a%0A", "a%20", "%C3%A4", "a%00", "%2E%2E"])
def test_refuses_a_name_of_another_form(client, api, name):
    for method, query in (("PUT", ""), ("GET", "?owner=mgr"), ("DELETE", "?owner=mgr")):
        response = ask(client, method, f"/v1/sandboxes/{name}{query}", **({"json": small()} if method == "PUT" else {}))

        assert error_of(response) == (422, "invalid_request", False, "not_done")
    assert api.calls == []


def test_refuses_a_request_of_another_form_without_asking_modal(client, api):
    response = put(client, small(cpu=0))

    assert error_of(response) == (422, "invalid_request", False, "not_done")
    assert "cpu" in response.json()["error"]["message"]
    assert api.calls == []


@pytest.mark.parametrize("size", [service.MAX_BODY_BYTES + 1, 2 * 1024 * 1024])
def test_refuses_a_large_body_declared_or_counted(client, api, size):
    def chunks():
        for _ in range(-(-size // 4096)):
            yield b" " * 4096

    for content in (b" " * size, chunks()):
        response = ask(client, "PUT", PATH, content=content)

        assert error_of(response) == (413, "too_large", False, "not_done")
        assert response.headers["connection"] == "close"
    assert api.calls == []


def test_takes_a_body_of_the_largest_size(client):
    body = json.dumps(small()).encode()

    assert ask(client, "PUT", PATH, content=body + b" " * (service.MAX_BODY_BYTES - len(body))).status_code == 201


def test_takes_a_chunked_body(client):
    body = json.dumps(small()).encode()

    assert ask(client, "PUT", PATH, content=iter([body[:10], body[10:]])).status_code == 201


# ---- Get, list, delete


def test_tells_a_running_sandbox_by_name_and_by_id(client):
    created = put(client).json()

    by_name = ask(client, "GET", f"{PATH}?owner=mgr").json()
    by_id = ask(client, "GET", f"{PATH}?owner=mgr&sandbox_id={created['sandbox_id']}").json()

    assert by_name == by_id
    assert by_name["state"] == "running" and by_name["exit_code"] is None and "created" not in by_name


@pytest.mark.parametrize("exit_code", [0, 1, 7, 124, 137])
def test_tells_the_exit_code_of_a_finished_sandbox_by_id_only(client, api, exit_code):
    sandbox_id = put(client).json()["sandbox_id"]
    api.finish(sandbox_id, exit_code)

    by_id = ask(client, "GET", f"{PATH}?owner=mgr&sandbox_id={sandbox_id}").json()
    by_name = ask(client, "GET", f"{PATH}?owner=mgr")

    assert (by_id["state"], by_id["exit_code"]) == ("finished", exit_code)
    assert by_name.status_code == 404


def test_hides_what_is_somebody_elses_or_has_another_name(client):
    sandbox_id = put(client).json()["sandbox_id"]

    for path in (f"{PATH}?owner=other", f"{PATH}?owner=other&sandbox_id={sandbox_id}", f"{PATH}?owner=mgr&sandbox_id=sb-unknown",
                 f"/v1/sandboxes/another?owner=mgr&sandbox_id={sandbox_id}", "/v1/sandboxes/another?owner=mgr"):
        assert error_of(ask(client, "GET", path)) == (404, "not_found", False, "not_done")


def test_lists_running_sandboxes_of_the_owner(client, api):
    for owner, name in (("mgr", "mgr-1"), ("mgr", "mgr-2"), ("mgr", "mgr-3"), ("other", "other-1")):
        put(client, small(owner=owner), f"/v1/sandboxes/{name}")
    api.finish("sb-0000000000000000000002", 0)

    body = ask(client, "GET", "/v1/sandboxes?owner=mgr").json()

    assert [one["name"] for one in body["sandboxes"]] == ["mgr-1", "mgr-3"]
    assert all(one["tags"]["owner"] == "mgr" for one in body["sandboxes"])
    assert body["next"] is None
    assert ask(client, "GET", "/v1/sandboxes?owner=nobody").json() == {"sandboxes": [], "next": None}


def test_pages_where_the_api_pages(launcher):
    client = launcher(MemorySandboxes(page_size=2))
    for number in range(5):
        put(client, path=f"/v1/sandboxes/mgr-{number}")

    seen, cursor = [], ""
    while cursor is not None:
        page = ask(client, "GET", f"/v1/sandboxes?owner=mgr&cursor={cursor}").json()
        seen += [one["name"] for one in page["sandboxes"]]
        cursor = page["next"]

    assert seen == [f"mgr-{number}" for number in range(5)]


def test_terminates_and_repeats_without_harm(client, api):
    sandbox_id = put(client).json()["sandbox_id"]

    assert ask(client, "DELETE", f"{PATH}?owner=mgr").status_code == 204
    assert ask(client, "DELETE", f"{PATH}?owner=mgr").status_code == 204
    assert ask(client, "DELETE", f"{PATH}?owner=mgr&sandbox_id={sandbox_id}").status_code == 204
    assert api.sandboxes[sandbox_id].exit_code == 137
    assert [call for call in api.calls if call[0] == "terminate"] == [("terminate", sandbox_id)]


def test_terminates_by_id_only_that_one(client, api):
    old = put(client).json()["sandbox_id"]
    api.finish(old, 0)
    new = put(client).json()["sandbox_id"]

    assert ask(client, "DELETE", f"{PATH}?owner=mgr&sandbox_id={old}").status_code == 204
    assert ask(client, "DELETE", f"{PATH}?owner=mgr&sandbox_id=sb-unknown").status_code == 204
    assert api.sandboxes[new].exit_code is None


def test_never_terminates_what_is_somebody_elses_or_has_another_name(client, api):
    sandbox_id = put(client).json()["sandbox_id"]

    for path in (f"{PATH}?owner=other", f"{PATH}?owner=other&sandbox_id={sandbox_id}",
                 f"/v1/sandboxes/another?owner=mgr&sandbox_id={sandbox_id}"):
        assert error_of(ask(client, "DELETE", path)) == (409, "name_conflict", False, "not_done")
    assert api.sandboxes[sandbox_id].exit_code is None


@pytest.mark.parametrize("query", [
    "", "?owner=", "?owner=A", "?owner=mgr%0A", "?owner=mgr&owner=mgr", "?owner=" + "a" * 33, "?owner=mgr&sandbox_id=",
    "?owner=mgr&sandbox_id=a/b", "?owner=mgr&sandbox_id=sb-1&sandbox_id=sb-2", "?owner=mgr&sandbox_id=" + "a" * 129,
])
def test_refuses_a_query_that_would_mean_a_guess(client, api, query):
    put(client)
    api.calls.clear()

    for method in ("GET", "DELETE"):
        assert error_of(ask(client, method, PATH + query)) == (422, "invalid_request", False, "not_done")
    assert api.calls == []


def test_the_list_needs_an_owner(client):
    for query in ("", "?owner=", "?owner=A"):
        assert ask(client, "GET", f"/v1/sandboxes{query}").status_code == 422


# ---- Paths and methods


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/sandboxes/", "/v1/sandboxes/a/b", "/v1/sandboxes/a%2Fb", "/v1/health/", "/V1/health"])
def test_other_paths_are_not_found(client, path):
    assert error_of(ask(client, "GET", path, follow_redirects=False)) == (404, "not_found", False, "not_done")


@pytest.mark.parametrize(("method", "path", "allowed"), [
    ("POST", PATH, {"PUT", "GET", "HEAD", "DELETE"}), ("PATCH", PATH, {"PUT", "GET", "HEAD", "DELETE"}),
    ("POST", "/v1/sandboxes", {"GET", "HEAD"}), ("DELETE", "/v1/sandboxes", {"GET", "HEAD"}), ("PUT", "/v1/health", {"GET", "HEAD"}),
])
def test_other_methods_are_not_allowed(client, method, path, allowed):
    response = ask(client, method, path)

    assert error_of(response) == (405, "invalid_request", False, "not_done")
    assert set(response.headers["allow"].split(", ")) == allowed


# ---- What goes wrong at Modal

ERRORS = {
    "image_not_ready": (424, "image_not_ready", True, "not_done"),
    "rate_limited": (429, "rate_limited", True, "not_done"),
    "modal_auth": (502, "modal_auth", False, "not_done"),
    "modal_unavailable": (503, "modal_unavailable", True, "unknown"),
    "invalid_request": (422, "invalid_request", False, "not_done"),
    "unforeseen": (503, "internal", True, "unknown"),
    "cancelled": (503, "internal", True, "unknown"),
}
CALLS = {
    "create": [("PUT", PATH)],
    "find": [("GET", f"{PATH}?owner=mgr"), ("DELETE", f"{PATH}?owner=mgr")],
    "get": [("GET", f"{PATH}?owner=mgr&sandbox_id=sb-1"), ("DELETE", f"{PATH}?owner=mgr&sandbox_id=sb-1")],
    "list": [("GET", "/v1/sandboxes?owner=mgr")],
    "terminate": [("DELETE", f"{PATH}?owner=mgr")],
}


@pytest.mark.parametrize("verb", CALLS)
@pytest.mark.parametrize("fault", ERRORS)
def test_every_failure_has_its_answer(client, api, verb, fault):
    if verb == "terminate":
        put(client)
    for method, path in CALLS[verb]:
        api.faults[verb].append(fault)

        response = ask(client, method, path, **({"json": small()} if method == "PUT" else {}))

        assert error_of(response) == ERRORS[fault]
        assert "foreign" not in response.text
        if fault == "rate_limited":
            assert response.headers["retry-after"] == "7"


def test_retry_after_is_at_least_a_second():
    assert service.RateLimited("", 0).headers["Retry-After"] == "1"


def test_a_create_without_an_answer_ends_in_time_and_is_unknown(launcher, api):
    client = launcher(create_seconds=0.2)
    api.faults["create"].append("late:hang")
    started = time.monotonic()

    response = put(client)

    assert time.monotonic() - started < 20
    assert error_of(response) == (503, "modal_unavailable", True, "unknown")
    assert put(client).status_code == 200  # it was there, and asking again finds it


class Stubborn(MemorySandboxes):
    """Does not let itself be cancelled at once."""

    async def create(self, spec):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(60)


def test_a_create_that_resists_cancellation_ends_in_time_too(launcher):
    with launcher(Stubborn(), create_seconds=0.2) as client:
        started = time.monotonic()

        response = put(client)

        assert time.monotonic() - started < 20
        assert error_of(response)[1:] == ("modal_unavailable", True, "unknown")


def test_the_deadlines_lie_below_modals_edge():
    assert service.CREATE_SECONDS < 149 and service.READ_SECONDS < 149


@pytest.mark.parametrize(("verb", "method", "path"), [
    ("find", "GET", f"{PATH}?owner=mgr"), ("list", "GET", "/v1/sandboxes?owner=mgr"), ("find", "DELETE", f"{PATH}?owner=mgr"),
])
def test_other_calls_end_in_time_too(launcher, api, verb, method, path):
    api.faults[verb].append("hang")

    assert error_of(ask(launcher(read_seconds=0.2), method, path)) == (503, "modal_unavailable", True, "unknown")


def asgi_put(web, receive):
    """One PUT whose body comes from `receive`; the answer's status and body."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "http_version": "1.1", "method": "PUT", "path": PATH, "raw_path": PATH.encode(), "query_string": b"",
             "root_path": "", "scheme": "http", "server": ("127.0.0.1", 1), "client": ("127.0.0.1", 2), "headers": []}
    asyncio.run(web(scope, receive, send))
    return sent[0]["status"], json.loads(sent[1]["body"])["error"]


def test_a_body_that_never_ends_was_not_done(api):
    async def receive():
        await asyncio.Event().wait()

    status, error = asgi_put(service.build(api, IMAGES, edge=True, create_seconds=0.2), receive)

    assert (status, error["code"], error["outcome"]) == (503, "internal", "not_done")
    assert api.calls == []


def test_a_caller_that_hangs_up_was_not_served(api):
    async def receive():
        return {"type": "http.disconnect"}

    status, error = asgi_put(service.build(api, IMAGES, edge=True), receive)

    assert (status, error["outcome"]) == (503, "not_done")
    assert api.calls == []


class Racy(MemorySandboxes):
    """Looks whether the name is free, waits, then creates: two at once would both find it free."""

    async def create(self, spec):
        if self.running(spec.name):
            raise service.NameTaken
        await asyncio.sleep(0.01)
        sandbox_id = f"sb-{next(self.ids)}"
        self.sandboxes[sandbox_id] = service.Sandbox(sandbox_id, spec.tags)
        return sandbox_id


def test_creates_of_one_name_at_once_start_one_sandbox():
    api = Racy()

    async def all_at_once():
        web = service.build(api, IMAGES, edge=True)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url="http://launcher") as client:
            return await asyncio.gather(*(client.put(PATH, json=small()) for _ in range(20)))

    answers = asyncio.run(all_at_once())

    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len(api.sandboxes) == 1


# ---- Secrets


def test_the_secret_is_in_no_answer_and_no_log(launcher, api, caplog, capfd):
    client = launcher(create_seconds=0.2)
    caplog.set_level(logging.DEBUG)
    answers = []
    for fault in ("", "", *ERRORS, "hang", "late:unforeseen"):
        if fault:
            api.faults["create"].append(fault)
        answers.append(put(client))
    answers.append(put(client, small(owner="other")))
    answers.append(put(client, small(jit_config=jit() + "!")))
    answers.append(put(client, small(more=jit())))
    answers.append(client.put(f"/v1/sandboxes/{jit()}", json=small()))
    answers.append(client.put(PATH, content=json.dumps(small())[:-1]))
    answers.append(client.put(PATH, json=small(), headers={"Authorization": "Bearer no"}))

    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]  # the client's log
    seen = "".join([*ours, *capfd.readouterr()])
    seen += "".join(answer.text + str(answer.headers) for answer in answers)

    assert {answer.status_code for answer in answers} >= {200, 201, 401, 409, 422, 424, 429, 502, 503}
    for secret in (jit(), jit()[:24], SECRET, TOKEN):
        assert secret not in seen
    assert "runner=mgr-30433642545-1" in caplog.text and "cause=KeyError" in caplog.text


def test_nothing_unchecked_reaches_the_log(client, caplog):
    caplog.set_level(logging.DEBUG, logger="launcher")

    client.get("/v1/sandboxes/a%0Aforged%20line?owner=mgr")

    assert "forged" not in caplog.text


def test_answers_carry_only_their_own_headers(client):
    response = client.get(f"{PATH}?owner=mgr", headers={"X-Request-Id": "mark", "Origin": "https://mark.example"})

    assert set(response.headers) == {"content-length", "content-type"}
