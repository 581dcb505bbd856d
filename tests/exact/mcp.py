#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The server of the Model Context Protocol: both ways of beginning, tools, budgets, cancelling, and what is no request.

usage: mcp.py --index PROGRAM --search PROGRAM --archive PATH [--schemas FOLDER] [--calls N]

With --schemas, a folder with 2025-06-18.json, 2025-11-25.json and 2026-07-28.json of the protocol's own repository, each
answer is checked against them (python3-jsonschema). Where node and npm's @modelcontextprotocol/client are there (NODE_PATH),
mcp_client.cjs drives the server too.
"""
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

from harness import Programs, main_of, parser_for

META = "io.modelcontextprotocol/"
MODERN = {META + "protocolVersion": "2026-07-28", META + "clientCapabilities": {}}
RESULTS = {"tools/list": "ListToolsResult", "tools/call": "CallToolResult", "resources/list": "ListResourcesResult",
           "resources/read": "ReadResourceResult", "server/discover": "DiscoverResult", "initialize": "InitializeResult",
           "resources/templates/list": "ListResourceTemplatesResult"}


class Server:
    def __init__(self, programs, schemas):
        self.process = subprocess.Popen([programs.search_program, "--db", programs.db, "--mcp"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=programs.env)
        self.number, self.schemas, self.bad, self.version, self.rest = 0, schemas, [], None, b""
        self.validators = {}

    def send(self, message):
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.process.stdin.write(data + b"\n")
        self.process.stdin.flush()

    def read(self, seconds=20):
        """The next message; None if none comes in time."""
        end = time.monotonic() + seconds
        while b"\n" not in self.rest:
            if not select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))[0]:
                return None
            got = os.read(self.process.stdout.fileno(), 1 << 20)
            if not got:
                return None
            self.rest += got
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line.decode("utf-8"))

    def ask(self, method, params=None, meta=None):
        self.number += 1
        params = dict(params or {})
        if meta is not None:
            params["_meta"] = meta
        self.send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        answer = self.read()
        if answer is None or answer.get("id") != self.number:
            self.bad.append(f"{method} is answered by {answer}")
            return {}
        self.check(method, answer, "2026-07-28" if meta else self.version)
        return answer

    def check(self, method, answer, version):
        if not self.schemas or version not in self.schemas or "result" not in answer or method not in RESULTS:
            return
        import jsonschema  # pylint: disable=import-outside-toplevel
        if (version, method) not in self.validators:
            schema = self.schemas[version]
            part = "$defs" if "$defs" in schema else "definitions"
            draft = jsonschema.Draft202012Validator if part == "$defs" else jsonschema.Draft7Validator
            self.validators[version, method] = draft({"$ref": f"#/{part}/{RESULTS[method]}", part: schema[part]})
        for error in self.validators[version, method].iter_errors(answer["result"]):
            self.bad.append(f"{method} of {version}: {error.message[:200]}")

    def call(self, tool, meta=None, **arguments):
        answer = self.ask("tools/call", {"name": tool, "arguments": arguments}, meta)
        if "result" not in answer:
            return str(answer.get("error")), True
        return answer["result"]["content"][0]["text"], answer["result"]["isError"]

    def that(self, good, what):
        if not good:
            self.bad.append(what)

    def end(self):
        self.process.stdin.close()
        self.that(self.process.wait(20) == 0, "it does not end with its input")
        return self.bad


def handshake(server, version):
    answer = server.ask("initialize", {"protocolVersion": version, "capabilities": {},
                                       "clientInfo": {"name": "test", "version": "1"}})
    server.version = answer.get("result", {}).get("protocolVersion")
    server.send({"jsonrpc": "2.0", "method": "notifications/initialized"})


def one_id(server, meta=None):
    text, _ = server.call("search", meta, query="is:cover", limit=1)
    return text.split("mid:")[1].split()[0].replace("%40", "@").replace("%2B", "+").replace("%3D", "=")


def check_tools(server, meta):
    names = [tool["name"] for tool in server.ask("tools/list", {}, meta)["result"]["tools"]]
    server.that(names == ["search", "message", "thread", "series", "changes", "commit", "facets", "status"], f"tools {names}")
    known = one_id(server, meta)
    for detail in ("concise", "full"):
        for tool, arguments in (("search", {"query": "is:patch"}), ("message", {"id": known}), ("thread", {"id": known}),
                                ("series", {"id": known}), ("changes", {"id": known})):
            text, failed = server.call(tool, meta, detail=detail, **arguments)
            server.that(not failed and text.startswith("[data from mail"), f"{tool} {detail}: {text[:200]}")
    text, failed = server.call("facets", meta, query="is:patch", by="author,file:2")
    server.that(not failed and "author" in text, f"facets: {text[:200]}")
    text, failed = server.call("commit", meta, id="abcdef0")
    server.that(failed and "knows no commit" in text, f"commit: {text[:200]}")
    server.that("resource" in str(server.ask("resources/list", {}, meta)), "resources")
    text = server.ask("resources/read", {"uri": "patchseek://query-language"}, meta)["result"]["contents"][0]["text"]
    server.that("DATES" in text and "subject" in text, "the language")


def check_budget(server):
    whole, _ = server.call("search", query="*", limit=100, max_bytes=1000000, detail="full")
    first = None
    for budget in (500, 2000, 7777):
        text, cursor, parts = "", None, 0
        while True:
            arguments = {"cursor": cursor} if cursor else {}
            part, failed = server.call("search", query="*", limit=100, max_bytes=budget, detail="full", **arguments)
            server.that(not failed and len(part.encode()) <= budget, f"{len(part.encode())} bytes of {budget}")
            lines = part.split("\n", 1)[1]
            parts += 1
            at = lines.rfind("\n[cut: ")
            text += lines if at < 0 else lines[:at]
            if at < 0 or parts > 1000:
                break
            cursor = lines[at:].split('"')[1]
            first = first or cursor
        server.that(text == whole.split("\n", 1)[1], f"parts of {budget} bytes do not make the whole ({parts} parts)")
    place = first.split("-")[0]
    wrong = ["x", "0", place, place + "-", first[:-1], first + "0", "1" + first, f"{int(place) + 1}-{first.split('-')[1]}"]
    for cursor in wrong:
        text, failed = server.call("search", query="*", limit=100, detail="full", cursor=cursor)
        server.that(failed and "cursor" in text, f"a wrong cursor {cursor}")
    text, failed = server.call("search", query="is:patch", limit=100, detail="full", cursor=first)
    server.that(failed and "cursor" in text, "a cursor of another call")


def check_mistakes(server):
    long = "x\u00e4" * 10_000
    for tool, arguments in (("message", {"id": long}), ("thread", {"id": long}), ("series", {"id": long}),
                            ("changes", {"id": long}), ("commit", {"id": long}), ("facets", {"query": "x", "by": long}),
                            ("search", {"query": "fiel:" + long}), ("search", {"query": "x", "sort": long}),
                            ("search", {"query": "x", "cursor": long}), ("search", {"query": "x", long: 1})):
        text, failed = server.call(tool, **arguments)
        server.that(failed and len(text.encode()) < 5000, f"{len(text.encode())} bytes about a mistake of {tool}")
    for arguments, wanted in (({"query": "fiel:x"}, "did you mean 'file:'"), ({}, "needs 'query'"),
                              ({"query": 5}, "is a text"), ({"query": "x", "limit": 0}, "from 1 to 200"),
                              ({"query": "x", "limit": "5"}, "from 1 to 200"), ({"query": "x", "limt": 5}, "did you mean limit"),
                              ({"query": "x", "sort": "zebra"}, "cannot sort"), ({"query": "x", "detail": "some"}, "concise or full"),
                              ({"query": "x", "max_bytes": 1}, "from 500"), ({"query": "((("}, "query")):
        text, failed = server.call("search", **arguments)
        server.that(failed and wanted in text, f"{arguments}: {text[:200]}")
    text, failed = server.call("message", id="no@such.example")
    server.that(failed and "no message has the id" in text, text[:200])
    for message, code in ((b"not json", -32700), (b"[]", -32600), (b"5", -32600), (b"[" * 100000, -32600),
                          (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600),
                          (b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600), (b'{"id":1,"method":"ping"}', -32600),
                          (b'{"jsonrpc":"2.0","id":1,"method":5}', -32600), (b'"' + b"x" * (1 << 21) + b'"', -32600),
                          (b'{"jsonrpc":"2.0","id":1,"method":"zebra"}', -32601), (b"\xff\xfe", -32700),
                          (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}', -32602),
                          (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"zebra"}}', -32602),
                          (b'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"x"}}', -32602)):
        server.send(message)
        answer = server.read()
        server.that(answer and answer.get("error", {}).get("code") == code, f"{message[:60]} is answered by {str(answer)[:200]}")
    for silent in (b"", b"  ", b'{"jsonrpc":"2.0","method":"notifications/zebra"}', b'{"jsonrpc":"2.0","id":9,"result":{}}',
                   b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":5}'):
        server.send(silent)
    server.that(server.read(0.3) is None, "a notification is answered")


def check_versions(server):
    answer = server.ask("tools/list", {}, {META + "protocolVersion": "1900-01-01", META + "clientCapabilities": {}})
    error = answer.get("error", {})
    server.that(error.get("code") == -32022 and "2026-07-28" in error["data"]["supported"]
                and error["data"]["requested"] == "1900-01-01", f"an unknown version: {answer}")
    server.that(server.ask("tools/list", {}, {META + "protocolVersion": "2026-07-28"}).get("error", {}).get("code") == -32602,
                "capabilities are missing")
    server.that(server.ask("ping", {}, MODERN).get("error", {}).get("code") == -32601, "ping of the modern protocol")


def check_cancelling(server):
    """Requests that wait, and one at work, are not answered once they are cancelled; the next one is."""
    for number in range(1000, 1020):
        server.send({"jsonrpc": "2.0", "id": number, "method": "tools/call",
                     "params": {"name": "search", "arguments": {"query": "re:/([a-z]+_)*[a-z]+x/", "limit": 200}}})
    for number in range(1000, 1020):
        server.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number}})
    server.send({"jsonrpc": "2.0", "id": "last", "method": "ping"})
    answered = []
    while (answer := server.read()) and answer.get("id") != "last":
        answered.append(answer["id"])
    server.that(answer is not None and len(answered) < 20, f"{len(answered)} of 20 cancelled requests were answered")


def check_manual(programs, server):
    """Whoever writes the messages that patchseek(1) shows, as it shows them, gets the answers that it shows."""
    page = subprocess.run([programs.search_program, "--generate", "man"], capture_output=True, check=True).stdout.decode()
    lines = page.replace("\\-", "-").splitlines()
    messages = []
    for line in lines:
        if line.startswith('{"jsonrpc"'):
            messages.append(line)
        elif line.startswith("  ") and messages and messages[-1].count("{") > messages[-1].count("}"):
            messages[-1] += line.strip()
    messages = [json.loads(one) for one in messages]
    asked = [one for one in messages if "method" in one]
    server.that(len(asked) == 4 and len(messages) == 6, f"messages of the manual: {messages}")
    for message in asked:
        server.send(message)
        if "id" not in message:
            continue
        answer = server.read()
        server.that(answer.get("id") == message["id"] and "result" in answer, f"{message}: {answer}")
        if message["method"] == "tools/list":
            missing = [tool["name"] for tool in answer["result"]["tools"] if not {tool["name"], "\\fB" + tool["name"] + "\\fR", ".B " + tool["name"]} & set(lines)]
            server.that(not missing, f"tools that the manual does not name: {missing}")
        if message["method"] == "tools/call":
            shown = next(one for one in messages if one.get("id") == message["id"] and "result" in one)
            server.that(set(answer["result"]) == set(shown["result"]), f"{shown}: {answer}")
            server.that(not answer["result"]["isError"], f"{answer}")


def memory(process):
    with open(f"/proc/{process.pid}/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def check_growth(server, calls):
    known = one_id(server)
    before = 0
    for number in range(calls):
        server.call(("search", "thread", "series", "facets", "message")[number % 5],
                    **({"query": "is:patch"} if number % 5 == 0 else {"query": "*", "by": "author"} if number % 5 == 3 else {"id": known}))
        if number == calls // 4:
            before = memory(server.process)
    grown = memory(server.process) - before
    server.that(grown < 2048, f"{grown} kB more after {calls - calls // 4} calls")
    print(f"mcp: {grown} kB more after {calls} calls")


def with_client(programs):
    modules = os.environ.get("NODE_PATH", "")
    if not shutil.which("node") or not os.path.isdir(os.path.join(modules, "@modelcontextprotocol")):
        print("mcp: no client of npm here")
        return []
    done = subprocess.run(["node", os.path.join(os.path.dirname(os.path.abspath(__file__)), "mcp_client.cjs"),
                           programs.search_program, programs.db], capture_output=True, check=False, timeout=120,
                          env={**programs.env, "NODE_PATH": modules})
    print(done.stdout.decode().strip())
    return [] if done.returncode == 0 else [done.stderr.decode()[:1000]]


def main():
    parser = parser_for(__doc__)
    parser.add_argument("--archive", required=True)
    parser.add_argument("--schemas")
    parser.add_argument("--calls", type=int, default=200)
    options = parser.parse_args()
    schemas = {}
    for version in ("2025-06-18", "2025-11-25", "2026-07-28") if options.schemas else ():
        with open(os.path.join(options.schemas, version + ".json"), encoding="utf-8") as file:
            schemas[version] = json.load(file)
    bad = []
    with tempfile.TemporaryDirectory() as folder:
        programs = Programs(options.index, options.search, os.path.join(folder, "index"))
        server = Server(programs, schemas)
        handshake(server, "2025-06-18")
        text, failed = server.call("status")
        server.that(failed and "patchseek-index" in text, f"without an index: {text}")
        programs.index(os.path.abspath(options.archive))
        server.that(not server.call("status")[1], "an index that is made later")
        bad += server.end()
        for version in (None, "2025-06-18", "2025-11-25", "2026-07-28", "1999-01-01"):
            server = Server(programs, schemas)
            if version:
                handshake(server, version)
                server.that(server.version == (version if version.startswith("2025") else "2025-11-25"), f"{version}: {server.version}")
            else:
                server.that(server.ask("tools/list")["error"]["code"] == -32602, "no version and no handshake")
                server.that("result" in server.ask("server/discover", {}, MODERN), "server/discover")
                check_versions(server)
            check_tools(server, None if version else MODERN)
            bad += server.end()
        server = Server(programs, schemas)
        check_manual(programs, server)
        bad += server.end()
        server = Server(programs, schemas)
        handshake(server, "2025-11-25")
        check_mistakes(server)
        check_budget(server)
        check_cancelling(server)
        check_growth(server, options.calls)
        bad += server.end() + with_client(programs)
    print("\n".join(["WRONG " + one for one in bad] + [f"mcp: {len(bad)} wrong"]))
    return 1 if bad else 0


if __name__ == "__main__":
    main_of(main)
