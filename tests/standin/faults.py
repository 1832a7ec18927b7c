"""What can go wrong with an answer, by name. `before`: nothing was done; `after`: it was done all the same."""

import json
from contextlib import suppress
from dataclasses import dataclass

from tests.standin.rules import Refusal


@dataclass(frozen=True)
class Fault:
    """`after` says whether the platform did what was asked, `kind` what then comes over the wire."""

    kind: str
    after: bool


FAULTS = {
    "close_before": Fault("close", False),
    "close_after": Fault("close", True),
    "hang_before": Fault("hang", False),
    "hang_after": Fault("hang", True),
    "drip_body_after": Fault("drip_body", True),
    "drip_head_after": Fault("drip_head", True),
    "cut_off_after": Fault("cut_off", True),
    "cut_chunk_after": Fault("cut_chunk", True),
    "html_502_before": Fault("html_502", False),
    "html_502_after": Fault("html_502", True),
    "html_200_after": Fault("html_200", True),
    "empty_200_after": Fault("empty_200", True),
    "empty_500_before": Fault("empty_500", False),
    "odd_500_before": Fault("odd_500", False),
    "odd_500_after": Fault("odd_500", True),
    "list_200_after": Fault("list_200", True),
    "text_error_before": Fault("text_error", False),
    "no_id_after": Fault("no_id", True),
    "bad_id_after": Fault("bad_id", True),
    "redirect_before": Fault("redirect", False),
    "redirect_after": Fault("redirect", True),
    "transient_before": Fault("code_2", False),
    "transient_after": Fault("code_1", True),
    "flaky_before": Fault("flaky", False),
    "throttled_613": Fault("throttled_613", False),
    "throttled_header": Fault("throttled_80004", False),
    "throttled_429": Fault("http_429", False),
    "lag": Fault("lag", False),
    "token_expired": Fault("code_190", False),
    "no_permission": Fault("code_200", False),
    "blocked": Fault("code_368", False),
    "refused": Fault("refused", False),
}
ERRORS = {
    "code_1": Refusal("An unknown error occurred", 1, http=500),
    "code_2": Refusal("Service temporarily unavailable", 2, http=503),
    "flaky": Refusal("Create failed, please try again later", 100, 1487390),
    "throttled_613": Refusal("Calls to this api have exceeded the rate limit", 613, 5044001),
    "throttled_80004": Refusal("There have been too many calls", 80004, 2446079),
    "lag": Refusal("Unsupported request. Object does not exist", 100, 33),
    "code_190": Refusal("Error validating access token: Session has expired", 190, 463, http=401),
    "code_200": Refusal("Permissions error", 200, http=403),
    "code_368": Refusal("The action attempted has been deemed abusive", 368),
    "refused": Refusal("Invalid parameter", 100, 1885272, title="Your budget is too low"),
}
USAGE = json.dumps({"1": [{"type": "ads_management", "call_count": 100, "estimated_time_to_regain_access": 3}]})


def answer_with(handler, kind, body, standin):
    """Sends what the fault makes of the answer `body`."""
    raw = json.dumps(body).encode()
    if kind == "close":
        handler.close_connection = True
    elif kind == "hang":
        standin.closing.wait(standin.hang_s)
        handler.close_connection = True
    elif kind in ("drip_body", "drip_head"):
        _drip(handler, kind, raw, standin)
    elif kind == "cut_off":
        handler.plain(200, raw[: len(raw) // 2], length=len(raw))
        handler.close_connection = True
    elif kind == "cut_chunk":
        handler.send_head(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
        handler.write(b"5\r\n" + raw[:5] + b"\r\n")
        handler.close_connection = True
    elif kind in ("html_502", "html_200"):
        handler.plain(int(kind[-3:]), b"<html><body>Sorry, something went wrong.</body></html>", kind="text/html")
    elif kind in ("empty_200", "empty_500"):
        handler.plain(int(kind[-3:]), b"")
    elif kind == "odd_500":
        handler.plain(500, b'{"oops": true}')
    elif kind == "list_200":
        handler.plain(200, b"[" + raw + b"]")
    elif kind == "text_error":
        handler.plain(400, b'{"error": "Bad Request"}')
    elif kind == "no_id":
        handler.plain(200, b"{}")
    elif kind == "bad_id":
        handler.plain(200, b'{"id": "<none>", "success": null}')
    elif kind == "redirect":
        handler.plain(302, b"", more={"Location": standin.elsewhere})
    elif kind == "http_429":
        handler.plain(429, b"Too Many Requests", kind="text/plain")
    else:
        more = {"X-Business-Use-Case-Usage": USAGE} if kind == "throttled_80004" else {}
        handler.refuse(ERRORS[kind], more)


def _drip(handler, kind, raw, standin):
    """A byte now and then: each one in time, the whole far too late."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n".encode()
    whole = head + raw
    at_once = len(head) if kind == "drip_body" else 0
    handler.close_connection = True
    with suppress(OSError):
        handler.write(whole[:at_once])
        for i in range(at_once, len(whole)):
            handler.write(whole[i : i + 1])
            if standin.closing.wait(standin.drip_s):
                return
