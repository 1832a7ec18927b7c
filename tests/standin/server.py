"""Meta's Graph API on this machine: the same addresses, shapes, refusals and failures, with no money behind them.

Start one with `standin([Account("act_1", token="...")])`. It writes down every call it gets, and holds each against the
fields and values Meta's own SDK knows; what does not fit is in `unknown` and the call is refused.
"""

import json
import re
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.standin import insights, rules, sdk_fields
from tests.standin.account import Platform
from tests.standin.faults import FAULTS, answer_with
from tests.standin.rules import Refusal

KINDS = {"campaigns": "campaign", "adsets": "adset", "adcreatives": "creative", "ads": "ad", "adimages": "image"}
NODES = {"campaign": "Campaign", "adset": "AdSet", "creative": "AdCreative", "ad": "Ad"}


@dataclass
class Received:
    call: str
    method: str
    path: str
    form: dict
    token: str
    file: bytes = b""


class Standin:
    """`choose(call, nth)` names the fault of a call, None for none; `around(call, when)` is told before and after."""

    def __init__(self, accounts, now=rules.utc_now):
        self.platform = Platform(accounts, now)
        self.log: list[Received] = []
        self.unknown: list[str] = []
        self.strangers: list[str] = []
        self.choose = lambda call, nth: None
        self.around = lambda call, when: None
        self.brought = lambda campaign: []
        self.closing = threading.Event()
        self.hang_s, self.drip_s = 30.0, 0.05
        self.elsewhere = "http://127.0.0.1:1/elsewhere"
        self.url = ""
        self._seen = Counter()
        self._lock = threading.Lock()

    def simulate(self, db_path, hours):
        """Lets campaigns bring what the exact engine makes of their launch within `hours()` of its start."""

        @cache
        def within(campaign_id, time):
            key = self.platform.objects[campaign_id].name.rsplit("[wa:", 1)[-1].split(":")[0]
            ads = [a for s in self.platform.children(campaign_id, "adset") for a in self.platform.children(s.id, "ad")]
            return insights.simulated(db_path, key, time, [a.id for a in ads])

        self.brought = lambda campaign: within(campaign.id, hours())

    def nth(self, call):
        with self._lock:
            self._seen[call] += 1
            return self._seen[call] - 1

    def objects(self, kind=None):
        return [o for o in self.platform.objects.values() if kind in (None, o.kind)]

    def sent(self, method="POST"):
        return [r for r in self.log if r.method == method]

    def answer(self, r):
        """The body of the answer. Raises Refusal."""
        account = self._account(r)
        if r.call == "validate":
            self.platform.check(account, "campaign", rules.decoded(r.form))
            return {"success": True}
        if r.call in NODES and r.method == "POST":
            return {"id": self.platform.create(account, r.call, rules.decoded(r.form))}
        if r.call == "image":
            found = self.platform.upload(account, r.file)
            return {"images": {"picture.jpg": {"hash": found, "url": "https://pictures.example/1"}}}
        return getattr(self, f"_{r.call.split()[0]}")(r, account)

    def _account(self, r):
        mine = next((a for a in self.platform.accounts.values() if a.token == r.token), None)
        if mine is None:
            raise Refusal("Invalid OAuth access token", 190, http=401)
        head = r.path.split("/")[0]
        owner = head if head.startswith("act_") else getattr(self.platform.objects.get(head), "account", mine.id)
        if owner != mine.id:
            self.strangers.append(f"{r.call} {r.path}")
            raise Refusal("Permissions error", 200, http=403)
        return mine

    def _account_read(self, r, account):
        told = {"id": account.id, "name": "Nile Shop ads", "currency": account.currency, "timezone_name": account.zone}
        return {**told, "account_status": account.account_status, "spend_cap": account.spend_cap, "amount_spent": "0"}

    def _minimum_budgets(self, r, account):
        return {"data": [{"currency": account.currency, "min_daily_budget_imp": account.minimum}]}

    def _find(self, r, account):
        listed = self.platform.listed(account, KINDS[r.path.split("/")[1]])
        for rule in json.loads(r.form.get("filtering", "[]")):
            name, operator, value = rule["field"].split(".")[-1], rule["operator"], rule["value"]
            if (name, operator) == ("name", "CONTAIN"):
                listed = [o for o in listed if value in o.name]
            elif (name, operator) == ("effective_status", "IN"):
                listed = [o for o in listed if self.platform.effective_status(o) in value]
            else:
                raise Refusal("filtering is not understood")
        return self._page(r, [self.platform.as_read(o, r.form.get("fields", "id").split(",")) for o in listed])

    def _page(self, r, rows):
        size, first = min(int(r.form.get("limit", 25)), 500), int(r.form.get("after", "0") or 0)
        page = {"data": rows[first : first + size]}
        if rows:
            page["paging"] = {"cursors": {"before": str(first), "after": str(first + size)}}
        if len(rows) > first + size:
            page["paging"]["next"] = f"{self.url}/v26.0/{r.path}?access_token={r.token}&after={first + size}"
        return page

    def _read(self, r, account):
        found = self._object(r)
        names = re.sub(r"\{[^}]*\}", "", r.form.get("fields", "id"))
        self.unknown += [f"read {found.kind}.{name}" for name in sdk_fields.wrong_fields(NODES[found.kind], names)]
        return self.platform.as_read(found, names.split(","))

    def _object(self, r):
        found = self.platform.objects.get(r.path.split("/")[0])
        if found is None:
            raise Refusal("Unsupported request. Object does not exist", 100, 33)
        return found

    def _status(self, r, account):
        self.platform.change(self._object(r), rules.decoded(r.form))
        return {"success": True}

    _update = _status

    def _review(self, r, account):
        ads = [a for s in self.platform.children(self._object(r).id, "adset")
               for a in self.platform.children(s.id, "ad")]  # fmt: skip
        return self._page(r, [self.platform.as_read(a, r.form["fields"].split(",")) for a in ads])

    def _insights(self, r, account):
        query = rules.decoded(r.form)
        return self._page(r, insights.rows(self.brought(self._object(r)), query, account.zone))

    def _delivery_estimate(self, r, account):
        row = {"estimate_ready": True, "estimate_mau_lower_bound": 900_000, "estimate_mau_upper_bound": 1_100_000}
        return {"data": [{**row, "daily_outcomes_curve": [{"spend": 0, "reach": 0.0, "impressions": 0.0}]}]}

    def _generatepreviews(self, r, account):
        body = '<iframe src="https://www.facebook.com/ads/api/preview_iframe.php?d=1&amp;t=2" width="320"></iframe>'
        return {"data": [{"body": body}]}

    def _me(self, r, account):
        if r.path == "me/permissions":
            return {"data": [{"permission": p, "status": "granted"} for p in account.permissions]}
        return {"id": "900000000000001", "name": "System user"}

    def _page_read(self, r, account):
        if r.path != account.page_id:
            raise Refusal("Unsupported request. Object does not exist", 100, 33)
        return {
            "id": account.page_id,
            "name": "Nile Shop",
            "has_whatsapp_number": bool(account.phone),
            "whatsapp_number": account.phone,
            "instagram_business_account": {"id": account.instagram} if account.instagram else None,
        }


def call_of(method, path, form):
    """What a call is about, in one word or two: its name for faults and for the log."""
    head, _, edge = path.partition("/")
    if head == "me":
        return "me"
    if method == "GET":
        if edge == "ads" and not head.startswith("act_"):
            return "review"
        if edge in KINDS:
            return f"find {KINDS[edge]}"
        if edge:
            return edge
        if head.startswith("act_"):
            return "account_read"
        return "page_read" if "whatsapp" in form.get("fields", "") else "read"
    if "execution_options" in form:
        return "validate"
    if edge in KINDS:
        return KINDS[edge]
    return f"status {form['status']}" if "status" in form else "update"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        parts = urlsplit(self.path)
        self._serve("GET", parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), b"")

    def do_POST(self):
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        form, file = self._form(body)
        self._serve("POST", parts.path, {**dict(parse_qsl(parts.query)), **form}, file)

    def _form(self, body):
        kind = self.headers.get("Content-Type", "")
        if not kind.startswith("multipart/"):
            return dict(parse_qsl(body.decode(), keep_blank_values=True)), b""
        parts = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        form, file = {}, b""
        for part in parts.iter_parts():
            name = part.get_param("name", header="content-disposition")
            if part.get_filename():
                file = part.get_payload(decode=True)
            else:
                form[name] = part.get_content()
        return form, file

    def _serve(self, method, path, form, file):
        standin = self.server.standin
        found = re.fullmatch(r"/v\d+\.\d+/(.+?)/?", path)
        if found is None:
            self.plain(404, b"not here")
            return
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        r = Received("", method, found.group(1), form, bearer or form.pop("access_token", ""), file)
        r.call = call_of(method, r.path, form)
        standin.log.append(r)
        name = standin.choose(r.call, standin.nth(r.call))
        fault = FAULTS[name] if name else None
        standin.around(r.call, "before")
        body = {}
        if fault is None or fault.after:
            try:
                self._check(standin, r)
                body = standin.answer(r)
            except Refusal as refused:
                self.refuse(refused)
                return
        standin.around(r.call, "after")
        if fault is None:
            self.plain(200, json.dumps(body).encode())
        else:
            answer_with(self, fault.kind, body, standin)

    def _check(self, standin, r):
        edge = r.path.split("/")[-1]
        wrong = []
        if edge in sdk_fields._CALLS and (r.method == "POST" or edge in ("insights", "delivery_estimate")):
            form = {k: v for k, v in r.form.items() if r.method == "POST" or k not in ("limit", "after", "fields")}
            wrong = sdk_fields.wrong(edge, form)
        if edge == "insights":
            wrong += sdk_fields.wrong_fields("AdsInsights", r.form["fields"])
        if wrong:
            standin.unknown += [f"{r.call}: {text}" for text in wrong]
            raise Refusal(f"(#100) {wrong[0]}")

    def refuse(self, refused, more=None):
        error = {
            "message": refused.message,
            "type": "OAuthException",
            "code": refused.code,
            "is_transient": False,
            "fbtrace_id": "A1b2C3",
            "error_user_title": refused.title or refused.message,
            "error_user_msg": refused.message,
        }
        if refused.subcode:
            error["error_subcode"] = refused.subcode
        if refused.blame:
            error["error_data"] = json.dumps({"blame_field_specs": [list(refused.blame)]})
        self.plain(refused.http, json.dumps({"error": error}).encode(), more=more)

    def plain(self, status, body, *, kind="application/json", length=None, more=None):
        size = len(body) if length is None else length
        self.send_head(status, {"Content-Type": kind, "Content-Length": str(size), **(more or {})})
        self.write(body)

    def send_head(self, status, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def write(self, data):
        self.wfile.write(data)
        self.wfile.flush()

    def handle(self):
        try:
            super().handle()
        except (ConnectionError, TimeoutError):  # a client that gave up or was killed
            self.close_connection = True

    def finish(self):
        try:
            super().finish()
        except (ConnectionError, TimeoutError):
            return

    def log_message(self, *args):
        """Quiet: what matters is in the stand-in's log."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def standin(accounts, now=rules.utc_now, port=0):
    """A stand-in that listens on this machine until the block ends."""
    running = Standin(accounts, now)
    with Server(("127.0.0.1", port), Handler) as server:
        server.standin = running
        running.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield running
        finally:
            running.closing.set()
            server.shutdown()
            thread.join()
