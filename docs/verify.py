#!/usr/bin/env python3
"""Checks an export of the audit log with nothing but the Python 3.8 standard library.

    python3 verify.py FILE... [--head [SEQUENCE:]HASH]... [--retention-days N [--now INSTANT]] [--start-date DAY]
                      [--json]

The parts of one export are given in order; - is the standard input. Exit code 0: valid, 1: not valid, 2: wrong
usage. The format and every rule checked here are in audit-format.md; this program shares no code with the writer.
"""
import argparse
import datetime
import hashlib
import json
import math
import re
import sys

FORMAT_VERSION = 2
GENESIS = "0" * 64
SYSTEM_FIELDS = ("_rid", "_self", "_etag", "_attachments", "_ts", "_lsn", "ttl")
SHOWN = 100
HASH = re.compile(r"[0-9a-f]{64}\Z")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z\Z")
ACTION = re.compile(r"[a-z][a-z-]{0,31}\Z")
TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}\Z")
COMMIT = re.compile(r"[A-Za-z0-9]{7,64}\Z")
HEAD = re.compile(r"head(?:-([1-9][0-9]{0,14}))?\Z")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Escapes what RFC 8785 section 3.2.2.2 escapes, in the same way, and nothing else.
QUOTED = json.JSONEncoder(ensure_ascii=False).encode


# --- Canonical JSON, RFC 8785 ---------------------------------------------------------------------------------

def canonical(value):
    """The canonical form; ValueError for what has none."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return canonical_text(value)
    if isinstance(value, (int, float)):
        return canonical_number(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    # Members are ordered by their UTF-16 code units, which is not Python's order beyond U+FFFF.
    names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(canonical_text(name) + ":" + canonical(value[name]) for name in names) + "}"


def canonical_text(text):
    # A lone surrogate has no UTF-8 (UnicodeEncodeError is a ValueError), and no canonical form.
    text.encode("utf-8")
    return QUOTED(text)


def canonical_number(value):
    """As ECMAScript writes it: the shortest digits that read back as the same double."""
    value = float(value)
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    if value == 0:
        return "0"
    if value < 0:
        return "-" + canonical_number(-value)
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" and not exponent else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    tail = "." + digits[1:] if len(digits) > 1 else ""
    return "%s%se%+d" % (digits[0], tail, point - 1)


def hash_of(item, member):
    """SHA-256 over the item without `member` and without the store's own fields; None where it has no form."""
    rest = {name: value for name, value in item.items() if name != member and name not in SYSTEM_FIELDS}
    try:
        return hashlib.sha256(canonical(rest).encode("utf-8")).hexdigest()
    except (ValueError, OverflowError, RecursionError):
        return None


# --- What one item tells by itself ----------------------------------------------------------------------------

def is_int(value, least=1):
    # In JSON 1.0 and 1 are one number; what differs from the canonical form shows in the line.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= 2 ** 53 - 1


def is_text(value, most, least=0):
    # Lengths are counted in UTF-16 code units.
    return isinstance(value, str) and least <= len(value.encode("utf-16-be", "surrogatepass")) // 2 <= most \
        and not CONTROL.search(value)


def matches(pattern, value):
    return isinstance(value, str) and pattern.match(value) is not None


def is_day(value):
    try:
        return matches(DAY, value) and datetime.date(int(value[:4]), int(value[5:7]), int(value[8:])) is not None
    except ValueError:
        return False


def is_instant(value):
    return matches(INSTANT, value) and is_day(value[:10]) and value[11:13] < "24" and value[14:16] < "60" \
        and value[17:19] < "60"


def is_detail(value):
    return isinstance(value, dict) and len(value) <= 20 and all(
        is_text(name, 64) and (isinstance(member, bool) or is_text(member, 1024) or is_int(member, -(2 ** 53 - 1)))
        for name, member in value.items())


def is_commit(value):
    whole = matches(COMMIT, value) and re.match(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z", value, re.I)
    return matches(COMMIT, value) and not (whole and value != value.lower())


def wrong_entry_member(item):
    subject, revision = item.get("subject"), item.get("revision")
    rules = {
        "tenantId": matches(TENANT, item.get("tenantId")),
        "subject": is_text(subject, 200, 1) and not re.search(r"[/\\?#]", subject)
        and (item["commitHash"] == subject if "commitHash" in item else not matches(COMMIT, subject)),
        "commitHash": "commitHash" not in item or is_commit(item["commitHash"]),
        "revision": is_int(revision),
        "action": matches(ACTION, item.get("action")),
        "actor": is_text(item.get("actor"), 640, 1),
        "contentHash": matches(HASH, item.get("contentHash")),
        "detail": "detail" not in item or is_detail(item["detail"]),
        "auditDate": is_day(item.get("auditDate")),
        "previousAuditDate": "previousAuditDate" not in item or is_day(item["previousAuditDate"]),
        "sequence": is_int(item.get("sequence")),
        "changedAt": is_instant(item.get("changedAt")),
        "recordedAt": is_instant(item.get("recordedAt")),
        "previousHash": matches(HASH, item.get("previousHash")),
        "formatVersion": is_int(item.get("formatVersion")),
    }
    rules["id"] = rules["revision"] and item.get("id") == "%s:%d" % (subject, revision)
    return next((name for name, right in rules.items() if not right), None)


def wrong_head_member(item):
    link = item.get("previousHead", 0)
    rules = {
        "tenantId": matches(TENANT, item.get("tenantId")),
        "auditDate": is_day(item.get("auditDate")),
        "sequence": is_int(item.get("sequence")),
        "hash": matches(HASH, item.get("hash")),
        "firstSequence": is_int(item.get("firstSequence")),
        "entries": is_int(item.get("entries")),
        "previousHead": link is None or (
            isinstance(link, dict) and is_day(link.get("auditDate")) and is_int(link.get("sequence"))
            and matches(HASH, link.get("hash")) and matches(HASH, link.get("headHash"))),
        "updatedAt": is_instant(item.get("updatedAt")),
        "formatVersion": is_int(item.get("formatVersion")),
    }
    return next((name for name, right in rules.items() if not right), None)


def fault_of(item, member, right, wrong_member):
    version = item.get("formatVersion")
    if right is None:
        return "it has no canonical form"
    if isinstance(version, (int, float)) and not isinstance(version, bool) and version > FORMAT_VERSION:
        return "format version %s is newer than this verifier" % version
    if right != item.get(member):
        return "its content does not have the hash that it carries"
    wrong = wrong_member(item)
    return "it is not of this format: " + wrong if wrong else None


def is_head(item):
    return isinstance(item, dict) and matches(HEAD, item.get("id"))


def head_number(head):
    """Which head of its day it is; 0 is the only head of a day of format version 1."""
    return int(HEAD.match(head["id"]).group(1) or 0)


class Entry:
    """An item that says it is an entry."""

    def __init__(self, item, fault):
        self.item = item if isinstance(item, dict) else {}
        text = lambda name: self.item[name] if isinstance(self.item.get(name), str) else ""
        self.id, self.tenant, self.day = text("id"), text("tenantId"), text("auditDate")
        self.previous_hash, self.hash = text("previousHash"), text("hash")
        self.previous_day = text("previousAuditDate") or None
        self.sequence = int(self.item["sequence"]) if is_int(self.item.get("sequence")) else None
        self.contents_hash = hash_of(self.item, "hash")
        self.fault = fault or fault_of(self.item, "hash", self.contents_hash, wrong_entry_member)
        self.sound = self.fault is None


# --- What was found -------------------------------------------------------------------------------------------

def place(sequence=None, id=None, day=None):
    found = {"sequence": sequence, "id": id, "auditDate": day}
    return {name: value for name, value in found.items() if value not in (None, "")}


def entries_from(start, end):
    return "entry %d" % start if start == end else "entries %d to %d" % (start, end)


class Findings:
    """The first findings are kept, all are counted. A later record may explain an earlier finding better."""

    def __init__(self):
        self.problems, self.notes, self.count = [], [], 0

    def report(self, kind, where, message):
        problem = dict(where, kind=kind, message=message)
        self.count += 1
        if len(self.problems) < SHOWN:
            self.problems.append(problem)
        return problem

    def note(self, kind, where, message):
        if len(self.notes) < SHOWN:
            self.notes.append(dict(where, kind=kind, message=message))

    def withdraw(self, problem):
        kept = [each for each in self.problems if each is not problem]
        self.count -= len(self.problems) - len(kept)
        self.problems = kept

    def mark(self):
        return self.count, len(self.problems), len(self.notes)

    def rewind(self, mark):
        self.count = mark[0]
        del self.problems[mark[1]:], self.notes[mark[2]:]


def revise(problem, kind, where, message):
    problem.clear()
    problem.update(where, kind=kind, message=message)


class Misfits:
    """Gaps, and entries that fit nowhere. A moved entry has its right hash with its true number and day in it."""

    def __init__(self):
        self.gaps, self.misfits, self.taken = [], [], []

    def add_gap(self, start, end, days, finding):
        if len(self.gaps) < SHOWN:
            self.gaps.append({"from": start, "to": end, "days": days, "missing": end - start + 1, "finding": finding})

    def add(self, entry, sequence, finding):
        if len(self.misfits) < SHOWN:
            self.misfits.append((entry, sequence, finding))

    def fill(self, sequence):
        for gap in self.gaps:
            if gap["missing"] > 0 and gap["from"] <= sequence <= gap["to"]:
                self.found(gap)
                return True
        return False

    def found(self, gap):
        gap["missing"] -= 1
        if gap["missing"] == 0:
            message = entries_from(gap["from"], gap["to"]) + " came in another place than in its own"
            revise(gap["finding"], "reordered", place(gap["from"], None, gap["finding"].get("auditDate")), message)

    def mark(self):
        return len(self.gaps), len(self.misfits)

    def rewind(self, mark):
        del self.gaps[mark[0]:], self.misfits[mark[1]:]

    def slots(self):
        """(number, days, the broken entry that stands there, the gap that it is in)"""
        slots = [(sequence, [entry.day], entry, None) for entry, sequence, _ in self.misfits if not entry.sound]
        slots += [(sequence, [day], None, None) for sequence, day in self.taken]
        for gap in self.gaps:
            end = min(gap["to"], gap["from"] + 2 * SHOWN - len(slots) - 1)
            slots += [(sequence, gap["days"], None, gap) for sequence in range(gap["from"], end + 1)]
        return slots

    def explain(self):
        slots = self.slots()
        for entry, sequence, finding in self.misfits:
            for home, days, stands_there, gap in slots:
                moved = (dict(entry.item, sequence=home, auditDate=day) for day in days)
                if stands_there is entry or all(hash_of(item, "hash") != entry.hash for item in moved):
                    continue
                if gap:
                    self.found(gap)
                message = "entry %d (%s) stands in another place than it was chained in" % (home, entry.id)
                revise(finding, "reordered", place(sequence, entry.id, entry.day), message)
                break


class Link:
    """The last entry, as far as the next one depends on it."""

    def __init__(self, sequence, day, id, hash, hashes, previous_hashes=None, previous_hash="", sound=True,
                 finding=None, breach=None):
        self.sequence, self.day, self.id, self.hash = sequence, day, id, hash
        self.hashes = hashes  # what the next entry may name; None where nothing is known
        self.previous_hashes, self.previous_hash = previous_hashes, previous_hash
        self.sound, self.finding = sound, finding
        self.breach = breach  # blames the entry before, unless the next one or the head knows better
        self.beyond = None  # (link, finding, head) where the day goes on behind its head
        self.disputed = None  # (finding, id, day) where the head names another hash

    def knows(self, hash):
        return self.hashes is not None and hash in self.hashes

    def place(self):
        return place(self.sequence, self.id, self.day)

    def __str__(self):
        return "entry %d (%s)" % (self.sequence, self.id)


# --- The head of each day -------------------------------------------------------------------------------------

class Days:
    def __init__(self, findings, kept_until):
        self.findings = findings
        self.kept_until = kept_until  # what is missing up to this day is lawfully gone
        self.day = self.head = None  # the day being read, and its head
        self.closed = None  # the day before: {day, head, missing, unknown, found, found_after}
        self.stray_heads, self.unsound_at_end = [], 0  # the days that broken heads name
        self.doubts = []  # what seems wrong with heads: it matters only where nothing else is wrong
        self.early = None  # a head that stood before the entries of an earlier day
        self.start = None

    def mark(self):
        return self.day, self.head, self.closed, self.early, self.stray_heads, self.unsound_at_end

    def rewind(self, mark):
        self.day, self.head, self.closed, self.early, self.stray_heads, self.unsound_at_end = mark

    def placed(self, sound):
        self.unsound_at_end = 0 if sound else self.unsound_at_end + 1
        if self.closed and self.closed["found_after"] is None:
            self.closed = dict(self.closed, found_after=self.findings.count)

    def turn_to(self, day, last):
        if self.day is not None and day <= self.day:
            return last
        end = self.close(last)
        self.day, self.head = day, self.early if self.early and self.early["auditDate"] == day else None
        return end

    def turn_back(self, day):
        """An entry of an earlier day follows rightly: the head that began this day stands too early."""
        if self.day is None or day >= self.day:
            return
        if self.closed and self.closed["day"] == day and self.closed["missing"]:
            self.findings.withdraw(self.closed["missing"])
        message = "the head of %s stands in an earlier day" % self.day
        where = place(None, self.head["id"] if self.head else "head", self.day)
        self.findings.report("reordered", where, message)
        self.early, self.closed, self.day, self.head = self.head, None, day, None

    def head_agrees(self, last):
        closed = self.closed or {"day": None, "head": None}
        return any(day == last.day and head and head["hash"] == last.hash
                   for day, head in ((self.day, self.head), (closed["day"], closed["head"])))

    def add_head(self, item, last, tenant, fault):
        fault = fault or fault_of(item, "headHash", hash_of(item, "headHash"), wrong_head_member)
        day = item.get("auditDate") if isinstance(item.get("auditDate"), str) else None
        where = place(None, item["id"], day)
        if fault:
            self.findings.report("altered", where, "the head of %s was altered: %s" % (day, fault))
            self.stray_heads = (self.stray_heads + [day])[-SHOWN:]
            return last
        if tenant is not None and item["tenantId"] != tenant:
            self.findings.report("inserted", where, "the head belongs to tenant " + item["tenantId"])
            return last
        end = self.turn_to(day, last)
        if self.day == day and (self.head is None or head_number(self.head) < head_number(item)):
            self.doubt_head(item, self.head, end)
            self.head = item
        elif self.closed and self.closed["day"] == day and self.closed["missing"]:
            revise(self.closed["missing"], "reordered", where, "the head of %s stands in a later day" % day)
            self.closed["missing"] = None
        else:
            earlier = self.day == day and self.head and head_number(item) < head_number(self.head)
            message = "a head of %s stands behind a later one" if earlier else "%s has a second head"
            self.findings.report("reordered" if earlier else "inserted", where, message % day)
        return end

    def doubt_head(self, head, before, last):
        """A head that was never replaced, against the one before it in its day and against its own last entry."""
        number, day = head_number(head), head["auditDate"]
        if number == 0:
            return
        where, expected = place(None, head["id"], day), head_number(before) + 1 if before else 1
        if number > expected and not self.is_expired(day):
            gone = place(None, "head-%d" % expected, day)
            self.doubt("removed", gone, "head %d of %s is gone: the next one there is %d" % (expected, day, number))
        if head["sequence"] != last.sequence:
            message = "the head of entry %d stands behind entry %d" % (head["sequence"], last.sequence)
            self.doubt("reordered", where, message)
        elif last.hashes is not None and not last.knows(head["hash"]):
            self.doubt("altered", where, "head %d of %s names another last entry" % (number, day))
        if before and (before["firstSequence"] != head["firstSequence"] or before["sequence"] >= head["sequence"]):
            self.doubt("altered", where, "head %d of %s does not go on from the one before" % (number, day))

    def doubt(self, kind, where, message):
        if len(self.doubts) < SHOWN:
            self.doubts.append((kind, where, message))

    def settle_doubts(self):
        if self.findings.count == 0:
            for kind, where, message in self.doubts:
                self.findings.report(kind, where, message)

    def close(self, last):
        """Holds the head against what was read; gives back the end of the chain as then known."""
        if self.day is None:
            return last
        day, head, before = self.day, self.head, self.closed
        self.day = self.head = None
        self.closed = {"day": day, "head": head, "missing": None, "unknown": None,
                       "found": self.findings.count, "found_after": None}
        if head is None:
            if self.stray_heads:
                self.stray_heads = self.stray_heads[1:]
            else:
                where = place(None, "head", day)
                self.closed["missing"] = self.findings.report("removed", where, day + " has no head")
            return last
        others = [each for each in self.stray_heads if each != day]
        is_beyond = head["sequence"] < last.sequence - self.unsound_at_end
        # A broken head may have been the last one of this day, whatever day it says now.
        last_is_broken = is_beyond and len(self.stray_heads) > 0
        self.stray_heads = others[1:] if last_is_broken and len(others) == len(self.stray_heads) else others
        self.check_link(head, before)
        self.check_numbers(head)
        if head["sequence"] > last.sequence:
            kind = "truncated" if last.day == day else "removed"
            self.missing(kind, last.sequence + 1, head["sequence"], day, last.sequence == 0)
            return Link(head["sequence"], day, "", head["hash"], [head["hash"]])
        if is_beyond and not last_is_broken:
            return self.beyond(head, last)
        return self.end(head, last) if head["sequence"] == last.sequence else last

    def check_numbers(self, head):
        link = head["previousHead"]
        if head["entries"] != head["sequence"] - head["firstSequence"] + 1 \
                or head["firstSequence"] != (link["sequence"] if link else 0) + 1 \
                or (link and link["auditDate"] >= head["auditDate"]):
            message = "the head of %s has a right hash and numbers that do not add up" % head["auditDate"]
            self.findings.report("altered", place(None, head["id"], head["auditDate"]), message)

    def check_link(self, head, before):
        if not before or not before["head"]:
            return
        link = head["previousHead"]
        if link and link["headHash"] == before["head"]["headHash"]:
            return
        # Whole days lie between: whether they may be missing was settled when the first entry after them came.
        if link and link["sequence"] > before["head"]["sequence"]:
            return
        after = self.findings.count if before["found_after"] is None else before["found_after"]
        where = place(None, before["head"]["id"], before["day"])
        message = "the head of %s was rewritten with a right hash" % before["day"]
        if before["unknown"]:
            revise(before["unknown"], "altered", where, message)
        elif after == before["found"]:
            self.closed["unknown"] = self.findings.report("altered", where, message)

    def missing(self, kind, start, end, before, at_start):
        what = "%s, up to %s, are" % (entries_from(start, end), before)
        where = place(start, None, before)
        if self.is_expired(before):
            self.findings.note("expired", where, what + " gone: kept for the time that was set")
            return None
        finding = self.findings.report(kind, where, what + " gone")
        if at_start:
            self.start = finding, before, what
        return finding

    def is_expired(self, day):
        return self.kept_until is not None and day <= self.kept_until

    def settle_start(self, start_date):
        if self.start and start_date is not None and self.start[1] < start_date:
            finding, _, what = self.start
            self.findings.withdraw(finding)
            where = place(finding["sequence"], None, finding["auditDate"])
            self.findings.note("outside-range", where, what + " before the first day asked for")

    def beyond(self, head, last):
        where = place(head["sequence"] + 1, None, head["auditDate"])
        message = entries_from(head["sequence"] + 1, last.sequence) + " are behind the head"
        finding = last.breach if head["sequence"] + 1 == last.sequence else None
        if finding:
            revise(finding, "inserted", dict(where, id=last.id), message)
        else:
            finding = self.findings.report("inserted", where, message)
        link = Link(head["sequence"], last.day, "", head["hash"], [head["hash"]])
        link.beyond = last, finding, head
        return link

    def end(self, head, last):
        if last.hashes is None or last.knows(head["hash"]):
            return last
        message = "%s was rewritten with a right hash: the head knows another one" % last
        if last.breach:
            revise(last.breach, "altered", last.place(), message)
            last.finding = last.breach
        elif not last.finding:
            last.finding = self.findings.report("altered", last.place(), message)
            last.hashes = [last.hash, head["hash"]]
            last.disputed = last.finding, head["id"], head["auditDate"]
        return last


# --- The chain ------------------------------------------------------------------------------------------------

class Chain:
    def __init__(self, witnesses, kept_until):
        self.findings, self.misfits = Findings(), Misfits()
        self.days = Days(self.findings, kept_until)
        self.unseen = {hash: sequence for sequence, hash in witnesses}
        self.first = self.tenant = self.doubt = None
        self.entries = 0
        self.last = Link(0, "", "", GENESIS, [GENESIS], [])

    def add(self, item, fault=None):
        if is_head(item):
            self.doubt = None
            self.last = self.days.add_head(item, self.last, self.tenant, fault)
            return
        self.entries += 1
        entry = Entry(item, fault)
        if self.doubt and entry.sound:
            last = self.doubt[0][0]
            if entry.sequence == last.sequence + 1 and last.knows(entry.previous_hash):
                self.take_back_doubt()
        before = self.last, self.days.mark(), self.findings.mark(), self.misfits.mark()
        self.doubt = (before, entry) if self.put(entry) else None

    def put(self, entry):
        """Puts an entry behind the last one, or says why it cannot; True where the next may prove it an intruder."""
        if entry.sound:
            self.tenant = self.tenant or entry.tenant
            if entry.tenant != self.tenant:
                where = place(entry.sequence, entry.id, entry.day)
                self.findings.report("inserted", where, "the entry belongs to tenant " + entry.tenant)
                return False
            self.last = self.days.turn_to(entry.day, self.last)
        if self.last.beyond and self.last.beyond[0].knows(entry.previous_hash):
            link, finding, head = self.last.beyond
            number, day = head_number(head), head["auditDate"]
            if number == 0:
                revise(finding, "altered", place(None, "head", day), "the head of %s is an older copy" % day)
            else:
                where = place(None, "head-%d" % (number + 1), day)
                revise(finding, "removed", where, "the last head of %s is gone, or more than one" % day)
            self.last = link
        expected = self.last.sequence + 1
        sequence = expected if entry.sequence is None else entry.sequence
        linked = self.last.knows(entry.previous_hash)
        if linked or sequence == expected:
            return self.succeed(entry, expected, linked)
        if sequence > expected:
            return self.succeed_after_gap(entry, sequence, expected)
        return self.misplace(entry, sequence)

    def succeed(self, entry, sequence, linked):
        last, breach = self.last, None
        if linked and entry.sound and last.day <= entry.day:
            self.days.turn_back(entry.day)
        follows_before = last.previous_hashes is not None and entry.previous_hash in last.previous_hashes
        if not linked and not entry.sound and follows_before and last.previous_hash != entry.hash:
            self.call_last_inserted()
        elif not linked and last.breach and last.sound:
            message = "%s was rewritten with a right hash: neither neighbour knows it" % last
            revise(last.breach, "altered", last.place(), message)
        elif not linked and not last.finding and entry.sound:
            breach = self.report_breach(entry)
        elif linked and last.disputed and entry.previous_hash == last.hash:
            finding, id, day = last.disputed
            revise(finding, "altered", place(None, id, day), "the head of %s names another last entry" % day)
        finding = None if entry.sound else self.report_altered(entry, sequence)
        if entry.sound and linked and last.sound:
            turns = last.sequence > 0 and last.day != entry.day
            if entry.sequence != sequence or entry.day < last.day or \
                    entry.previous_day != (last.day if turns else None):
                message = "entry %d (%s) has a right hash and a wrong number or day" % (sequence, entry.id)
                finding = self.findings.report("altered", place(sequence, entry.id, entry.day), message)
        self.accept(entry, sequence, finding, breach, last.hashes)
        return not entry.sound or not linked

    def succeed_after_gap(self, entry, sequence, expected):
        last = self.last
        before = (entry.previous_day or entry.day) if entry.sound else entry.day
        kind = "truncated" if last.sequence > 0 and entry.previous_day == last.day else "removed"
        gap = self.days.missing(kind, expected, sequence - 1, before, last.sequence == 0)
        if gap:
            self.misfits.add_gap(expected, sequence - 1, [last.day, entry.day], gap)
        self.accept(entry, sequence, None if entry.sound else self.report_altered(entry, sequence), None, None)
        return True

    def misplace(self, entry, sequence):
        """An entry whose number was already used."""
        last, where = self.last, place(sequence, entry.id, entry.day)
        if entry.sound and entry.previous_day == last.day and entry.day > last.day:
            self.accept(entry, sequence, None, self.report_fork(entry), None)
            return True
        same_slot = sequence == last.sequence and last.previous_hashes is not None \
            and entry.previous_hash in last.previous_hashes
        if same_slot and entry.sound and last.sound and entry.hash != last.hash:
            message = "%s and %s both follow entry %d" % (entry.id, last.id, sequence - 1)
            finding = self.findings.report("forked", where, message)
            self.last = Link(last.sequence, last.day, last.id, last.hash, (last.hashes or []) + [entry.hash],
                             last.previous_hashes, last.previous_hash, True, finding, last.breach)
        elif self.misfits.fill(sequence):
            message = "entry %d (%s) stands behind entry %d" % (sequence, entry.id, last.sequence)
            self.findings.report("reordered", where, message)
        else:
            message = "entry %d (%s) has no place here: the number is taken" % (sequence, entry.id)
            self.misfits.add(entry, sequence, self.findings.report("inserted", where, message))
        return False

    def call_last_inserted(self):
        last = self.last
        message = "%s was put between two entries that are linked to each other" % last
        if last.finding:
            revise(last.finding, "inserted", last.place(), message)
        else:
            self.findings.report("inserted", last.place(), message)
        if len(self.misfits.taken) < SHOWN:
            self.misfits.taken.append((last.sequence, last.day))

    def take_back_doubt(self):
        (self.last, days, findings, misfits), entry = self.doubt
        self.days.rewind(days)
        self.findings.rewind(findings)
        self.misfits.rewind(misfits)
        sequence = self.last.sequence + 1 if entry.sequence is None else entry.sequence
        message = "entry %d (%s) was put before the entry that belongs here" % (sequence, entry.id)
        finding = self.findings.report("inserted", place(sequence, entry.id, entry.day), message)
        self.misfits.add(entry, sequence, finding)

    def report_altered(self, entry, sequence):
        message = "entry %d (%s) was altered: %s" % (sequence, entry.id, entry.fault)
        finding = self.findings.report("altered", place(sequence, entry.id, entry.day), message)
        self.misfits.add(entry, sequence, finding)
        return finding

    def report_breach(self, entry):
        last = self.last
        if last.sequence == 0:
            message = "entry 1 (%s) is the first and does not say so" % entry.id
            return self.findings.report("altered", place(1, entry.id, entry.day), message)
        if entry.previous_day == last.day and self.days.head_agrees(last):
            return self.report_fork(entry)
        message = "%s was rewritten with a right hash: the next entry knows another one" % last
        return self.findings.report("altered", last.place(), message)

    def report_fork(self, entry):
        message = "the entries of %s and their head agree with each other, and %s goes on from another history: " \
            "the day was rewritten" % (self.last.day, entry.day)
        return self.findings.report("forked", self.last.place(), message)

    def accept(self, entry, sequence, finding, breach, previous_hashes):
        hashes = [entry.hash] if entry.sound else [entry.hash, entry.contents_hash] if entry.hash else None
        self.last = Link(sequence, entry.day, entry.id, entry.hash, hashes, previous_hashes, entry.previous_hash,
                         entry.sound, finding, breach)
        self.days.placed(entry.sound)
        if entry.sound:
            if self.first is None:
                self.first = sequence
                self.meet(sequence - 1, entry.previous_hash)
            self.meet(sequence, entry.hash)

    def meet(self, sequence, hash):
        if hash in self.unseen and self.unseen[hash] in (None, sequence):
            del self.unseen[hash]

    def finish(self, start_date):
        self.last = self.days.close(self.last)
        self.days.settle_start(start_date)
        self.misfits.explain()
        for hash, sequence in self.unseen.items():
            seen = "the head %s that a witness saw" % hash[:12]
            if sequence is not None and sequence > self.last.sequence:
                where = place(self.last.sequence + 1, None, self.last.day)
                self.findings.report("truncated", where, "the chain ends before " + seen)
            elif sequence is not None and self.first is not None and sequence < self.first - 1:
                message = "the chain as kept begins after %s: it was not checked" % seen
                self.findings.report("removed", place(sequence), message)
            else:
                self.findings.report("forked", place(sequence), seen + " is not in this chain")
        self.days.settle_doubts()


# --- The export -----------------------------------------------------------------------------------------------

class Part:
    """Counts the lines that one manifest is about."""

    def __init__(self):
        self.lines = hashlib.sha256()
        self.claims = dict(tenantId=None, entries=0, heads=0, firstSequence=None, lastSequence=None, firstHash=None,
                           lastHash=None)

    def add(self, line, item):
        claims = self.claims
        self.lines.update(line.encode("utf-8") + b"\n")
        if is_head(item):
            claims["heads"] += 1
            return
        claims["entries"] += 1
        if isinstance(item, dict):
            for name, member in (("tenantId", "tenantId"), ("firstSequence", "sequence"), ("firstHash", "hash")):
                claims[name] = item.get(member) if claims[name] is None else claims[name]
            claims["lastSequence"], claims["lastHash"] = item.get("sequence"), item.get("hash")

    def wrong_claims(self, manifest):
        claims = dict(self.claims, linesHash=self.lines.hexdigest())
        return [name for name in claims if claims[name] != manifest.get(name)]


def parse_line(line):
    """A member given twice, a blank or another order would each mean something else to another reader."""
    try:
        item = json.loads(line, parse_constant=lambda name: json.loads("not JSON"))
    except (ValueError, RecursionError):
        return None, "is not JSON"
    try:
        return item, None if canonical(item) == line else "is not in canonical form"
    except (ValueError, OverflowError, RecursionError):
        return item, "has no canonical form"


def manifest_fault(item, line_fault):
    if line_fault:
        return line_fault
    if hash_of(item, "manifestHash") != item.get("manifestHash"):
        return "has a wrong hash"
    days = (item.get("startDate"), item.get("endDate"))
    if not is_int(item.get("formatVersion")) or not is_instant(item.get("exportedAt")) \
            or not is_int(item.get("entries"), 0) or not all(day is None or is_day(day) for day in days):
        return "is not of this format"
    return None


def verify(lines, witnesses=(), kept_until=None, start_date=None):
    """Checks the lines (bytes) of an export, or of its parts one after the other."""
    chain, part, parts, opened = Chain(witnesses, kept_until), Part(), 0, True
    broken, contradicted, manifests = [], [], []
    for number, line in enumerate(lines, 1):
        # Bytes that are not UTF-8 become U+FFFD, and so another text than the one that was hashed.
        line = (line[:-1] if line.endswith(b"\n") else line).decode("utf-8", "replace")
        item, fault = parse_line(line)
        if not (isinstance(item, dict) and item.get("id") == "manifest"):
            opened = True
            part.add(line, item)
            chain.add(item, fault and "line %d %s" % (number, fault))
            continue
        parts, opened = parts + 1, False
        fault = manifest_fault(item, fault)
        if fault:
            message = "manifest %d was altered: it %s" % (parts, fault)
            broken.append({"kind": "altered", "id": "manifest", "message": message})
        else:
            manifests.append(item)
            wrong = part.wrong_claims(item)
            if wrong:
                kind = "truncated" if part.claims["entries"] < item["entries"] else "altered"
                message = "manifest %d says something else than its lines in %s" % (parts, ", ".join(wrong))
                contradicted.append({"kind": kind, "id": "manifest", "message": message})
        part = Part()
    if start_date is None and manifests:
        start_date = manifests[0].get("startDate")
    chain.finish(start_date)
    found = chain.findings
    added = broken + (contradicted if found.count == 0 else [])
    if opened:
        message = "the export ends without its manifest"
        added.append({"kind": "truncated", "id": "manifest", "message": message})
    last, count = chain.last, found.count + len(added)
    head = {"sequence": last.sequence, "auditDate": last.day, "hash": last.hash} if last.sequence else None
    return {"valid": count == 0, "entries": chain.entries, "head": head, "problems": found.problems + added,
            "problemsFound": count, "notes": found.notes}


def witness(text):
    match = re.match(r"(?:([1-9][0-9]{0,14}):)?([0-9A-Fa-f]{64})\Z", text.strip())
    if not match:
        raise argparse.ArgumentTypeError("expected HASH or SEQUENCE:HASH")
    return int(match.group(1)) if match.group(1) else None, match.group(2).lower()


def read(files):
    for name in files:
        if name == "-":
            yield from sys.stdin.buffer
        else:
            with open(name, "rb") as file:
                yield from file


def main():
    parser = argparse.ArgumentParser(description="Checks an export of the audit log.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--head", action="append", default=[], type=witness, metavar="[SEQUENCE:]HASH")
    parser.add_argument("--retention-days", type=int)
    parser.add_argument("--now", help="the present instant, default the clock's")
    parser.add_argument("--start-date")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    kept_until = None
    if options.retention_days is not None:
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d") if not options.now else options.now
        today = datetime.date(int(now[:4]), int(now[5:7]), int(now[8:10]))
        kept_until = (today - datetime.timedelta(days=options.retention_days)).isoformat()
    report = verify(read(options.files), options.head, kept_until, options.start_date)
    if options.json:
        print(json.dumps(report))
    else:
        for finding in report["problems"] + report["notes"]:
            print("%s: %s" % (finding["kind"], finding["message"]))
        print("%s: %d entries, %d problems" % ("valid" if report["valid"] else "NOT VALID", report["entries"],
                                               report["problemsFound"]))
        if report["head"]:
            print("head: %d:%s (%s)" % (report["head"]["sequence"], report["head"]["hash"],
                                        report["head"]["auditDate"]))
    return 0 if report["valid"] else 1


if __name__ == "__main__":
    sys.exit(main())
