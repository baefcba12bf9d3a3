"""The queue of updates, and the two ways out of it: polls and the webhook.

1. A call of getUpdates with an offset forgets every update below it; the answer forgets nothing.
2. A second poll ends the first with 409; so does setWebhook. While a webhook is set every poll is
   409.
3. The webhook gets one update at a time of each queue (a chat's messages and edits; a person's
   presses; the rest by chat and kind), again after 0, 2, 4, 8 ... seconds until it answers 2xx.
"""

import http.client
import json
import random
import ssl
import threading
import time
import urllib.parse

NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")
TAKEN_OVER = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
HAS_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
NEW_WEBHOOK = "Conflict: terminated by setWebhook request"


class Conflict(Exception):
    pass


class Dropped(Exception):
    """The connection ends without an answer."""


class Updates:
    def __init__(self, lock, first, scale, quirks, execute):
        self.changed = threading.Condition(lock)
        self.next, self.queue, self.allowed = first, [], []
        self.serial, self.kill = 0, None
        self.waiting = 0
        self.webhook, self.generation, self.busy = None, 0, set()
        self.deliveries, self.error = [], None
        self.scale, self.quirks, self.execute = scale, quirks, execute
        self.last_call = (None, 0.0)

    # ---- in

    def add(self, kind, content, key=None, life=86400):
        """Queues an update if its kind is wanted; its id, or None."""
        with self.changed:
            if (
                self.allowed
                and kind not in self.allowed
                or not self.allowed
                and kind in NOT_BY_DEFAULT
            ):
                return None
            return self.put({kind: content}, key or kind, life)

    def put(self, update, key, life=86400):
        """Queues an update as it is, wanted or not: for poison."""
        with self.changed:
            number = self.next
            self.next += 1
            update = dict({"update_id": number}, **update)
            self.queue.append((update, str(key), time.time() + life))
            self.changed.notify_all()
            self.work()
            return number

    def prune(self):
        now = time.time()
        self.queue = [entry for entry in self.queue if entry[2] > now]

    # ---- polls

    def poll(self, offset, limit, timeout, allowed):
        with self.changed:
            if self.webhook:
                raise Conflict(HAS_WEBHOOK)
            if allowed is not None:
                self.allowed = allowed
            self.serial += 1
            mine = self.serial
            self.changed.notify_all()
            limit = limit if 0 < limit <= 100 else 100
            timeout = min(max(timeout, 0), 50)
            limit = self.punish(offset, limit, timeout)
            self.forget(offset)
            end = time.time() + timeout
            self.waiting += 1
            try:
                while True:
                    self.prune()
                    if self.kill and self.kill[0] >= mine:
                        raise Dropped() if self.kill[1] == "drop" else Conflict(TAKEN_OVER)
                    if self.webhook:
                        raise Conflict(NEW_WEBHOOK)
                    if self.serial != mine:
                        raise Conflict(TAKEN_OVER)
                    left = end - time.time()
                    if self.queue or left <= 0:
                        break
                    self.changed.wait(min(left, 1))
            finally:
                self.waiting -= 1
            return self.page(limit)

    def page(self, limit):
        found, size = [], 0
        for update, _, _ in self.queue[:limit]:
            size += len(json.dumps(update))
            if found and size > 4 << 20:
                break
            found.append(update)
        return found

    def forget(self, offset):
        if offset < 0:
            self.queue = self.queue[offset:]
        elif offset > 0:
            head = self.queue[0][0]["update_id"] if self.queue else self.next
            if offset > self.next - 1 + 10 or offset < head - 100_000:
                return
            self.queue = [entry for entry in self.queue if entry[0]["update_id"] >= offset]
        self.changed.notify_all()

    def punish(self, offset, limit, timeout):
        """The server's answer to a busy loop; by flag, as it costs seconds."""
        before, at = self.last_call
        self.last_call = (offset, time.time())
        if not self.quirks or before != offset or timeout >= 3 or time.time() - at >= 3:
            return limit
        self.changed.wait(3)
        return 1 if time.time() - at < 0.5 else limit

    def end_polls(self, how):
        with self.changed:
            self.kill = (self.serial, how)
            ended = self.waiting
            self.changed.notify_all()
            return ended

    # ---- the webhook

    def set_webhook(self, webhook, drop):
        with self.changed:
            self.generation += 1
            self.webhook, self.error = webhook, None
            self.busy = set()
            if webhook and webhook["allowed_updates"] is not None:
                self.allowed = webhook["allowed_updates"]
            if drop:
                self.queue = []
            self.changed.notify_all()
            self.work()

    def work(self):
        """Starts a thread for each queue that has something and no thread yet."""
        if not self.webhook:
            return
        for _, key, _ in self.queue:
            if key not in self.busy and len(self.busy) < self.webhook["max_connections"]:
                self.busy.add(key)
                threading.Thread(
                    target=self.serve, args=(key, self.generation), daemon=True
                ).start()

    def serve(self, key, generation):
        attempt = 0
        while True:
            with self.changed:
                self.prune()
                if generation != self.generation:
                    return
                mine = [update for update, other, _ in self.queue if other == key]
                if not mine:
                    self.busy.discard(key)
                    self.work()
                    return
                webhook = self.webhook
            status, after, body = self.post(webhook, mine[0])
            with self.changed:
                if generation != self.generation:
                    return
                self.deliveries.append(
                    {
                        "update_id": mine[0]["update_id"],
                        "attempt": attempt,
                        "status": status,
                        "at": time.time(),
                    }
                )
                if 200 <= status < 300:
                    self.queue = [entry for entry in self.queue if entry[0] is not mine[0]]
                    attempt = 0
                else:
                    self.error = (int(time.time()), "Wrong response from the webhook: %s" % status)
                    pause = 0 if attempt == 0 else min(2**attempt, random.uniform(60, 120))
                    attempt += 1
                self.changed.notify_all()
            if 200 <= status < 300:
                self.answered(body)
                continue
            end = time.time() + (after if after is not None else pause) * self.scale
            with self.changed:
                while time.time() < end and generation == self.generation:
                    self.changed.wait(max(0.0, end - time.time()))

    def answered(self, body):
        """A call in the body of the webhook's answer is executed, its result is seen by nobody."""
        try:
            call = json.loads(body)
            method = call.pop("method")
        except (ValueError, KeyError, AttributeError, TypeError):
            return
        self.execute(method, call)

    def post(self, webhook, update):
        """Status (0 for none), Retry-After, and the body of one delivery."""
        url = urllib.parse.urlsplit(webhook["url"])
        try:
            if url.scheme == "https":
                context = ssl.create_default_context()
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                connection = http.client.HTTPSConnection(
                    url.hostname, url.port, timeout=60, context=context
                )
            else:
                connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
            headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip, deflate"}
            if webhook["secret_token"]:
                headers["X-Telegram-Bot-Api-Secret-Token"] = webhook["secret_token"]
            path = (url.path or "/") + ("?" + url.query if url.query else "")
            try:
                connection.request(
                    "POST", path, json.dumps(update, ensure_ascii=False).encode(), headers
                )
                answer = connection.getresponse()
                after = answer.getheader("Retry-After") or ""
                body = answer.read(1 << 20)
            finally:
                connection.close()
            return answer.status, min(int(after), 3600) if after.isdigit() else None, body
        except (OSError, http.client.HTTPException, ValueError):
            return 0, None, b""
