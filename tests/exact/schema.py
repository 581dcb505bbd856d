#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether all JSON that patchseek writes is as the installed schema says, and every key of it is documented.

usage: schema.py --index PROGRAM --search PROGRAM --schema FILE [--db DIR] [--archive PATH...]

Always: that each object has only keys of the schema, and each key a description. Where Python has jsonschema, that
validator, which knows nothing of patchseek, judges every message as well; where it has not, the exit code is 77.
"""
import json
import os
import sys
import tempfile

import harness

try:
    import jsonschema
except ImportError:
    jsonschema = None


def described(schema, report):
    """Every key of every kind of object says what it is."""
    for name, one in schema["$defs"].items():
        for key, value in one.get("properties", {}).items():
            report.check(value.get("description"), f"{name}.{key} is not described")
        report.check("properties" not in one or one["additionalProperties"] is False, f"{name} is open")


def unknown_keys(value, rule, schema, path=""):
    """Where an object has keys that its rule does not name; a plain walk, as far as rules are simple."""
    while "$ref" in rule:
        rule = schema["$defs"][rule["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, list):
        for one in value:
            yield from unknown_keys(one, rule.get("items", {}), schema, path + "[]")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in rule.get("properties", {}):
                yield f"{path}.{key}"
            else:
                yield from unknown_keys(inner, rule["properties"][key], schema, f"{path}.{key}")


class Judge:
    def __init__(self, schema, report):
        self.schema, self.report = schema, report
        self.validators = {}

    def validator(self, name):
        if name not in self.validators:
            rule = {**self.schema, "$ref": f"#/$defs/{name}"}
            del rule["anyOf"]
            self.validators[name] = jsonschema.Draft202012Validator(rule)
        return self.validators[name]

    def judge(self, name, value, where):
        wrong = sorted(set(unknown_keys(value, {"$ref": f"#/$defs/{name}"}, self.schema)))
        self.report.check(not wrong, f"{where}: keys that the schema has not: {wrong}")
        if jsonschema:
            error = next(self.validator(name).iter_errors(value), None)
            self.report.check(error is None, f"{where}: {error and error.message[:200]}")


def check_messages(programs, judge):
    lines = programs.answer("--format", "jsonl", "--timeout", "0", "*").decode().split("\n")[:-1]
    for line in lines:
        message = json.loads(line)
        judge.judge("message", message, message.get("id"))
    array = json.loads(programs.answer("--format", "json", "--timeout", "0", "*"))
    judge.report.equal(len(lines), len(array), "objects of json")
    judge.report.equal([json.loads(line) for line in lines], array, "json and jsonl")


def check_others(programs, judge):
    facets = ["--facet", "author,file:2,month,fixes,state", "*"]
    for line in programs.answer("--format", "jsonl", *facets).decode().split("\n")[:-1]:
        judge.judge("count", json.loads(line), "--facet")
    judge.judge("counts", json.loads(programs.answer("--format", "json", *facets)), "--facet")
    covers = programs.ids("v:2.. is:cover")[:40]
    for one in covers:
        for line in programs.run("--versions", one, "--format", "jsonl").stdout.decode().split("\n")[:-1]:
            judge.judge("version", json.loads(line), f"--versions {one}")
        for line in programs.run("--since-version", "v1", one, "--format", "jsonl").stdout.decode().split("\n")[:-1]:
            judge.judge("change", json.loads(line), f"--since-version v1 {one}")
        for line in programs.run("--reviews", one, "--format", "jsonl").stdout.decode().split("\n")[:-1]:
            judge.judge("reviewed", json.loads(line), f"--reviews {one}")
    commits = set()
    for line in programs.answer("--format", "jsonl", "is:applied").decode().split("\n")[:-1]:
        message = json.loads(line)
        commits.update(one["id"] for one in message.get("commits", []) if "id" in one)
        for one in programs.run("--versions", message["id"], "--format", "jsonl").stdout.decode().split("\n")[:-1]:
            judge.judge("version", json.loads(one), f"--versions {message['id']}")
    for commit in sorted(commits)[:40]:
        for story in json.loads(programs.run("--commit", commit, "--format", "json").stdout or "[]"):
            judge.judge("story", story, f"--commit {commit}")
    for one in covers[:10]:
        for message in json.loads(programs.run("--thread", one, "--format", "json").stdout):
            judge.judge("message", message, f"--thread {one}")
    for query, name in (("fix", "answer"), ("nosuchword", "answer"), ("fiel:x", "failure"), ("(a", "failure")):
        done = programs.run("--batch", input=query.encode() + b"\n")
        judge.judge(name, json.loads(done.stdout), f"--batch {query}")
    for line, name in (("--limit 1 --cursor start *", "answer"), ("--facet author,month *", "counts"),
                       ("--nosuch x", "failure"), ("--count --limit 1 (a", "failure")):
        judge.judge(name, json.loads(programs.run("--batch", input=line.encode() + b"\n").stdout), f"--batch {line}")
    for one in programs.ids("is:patch")[:10]:
        for line in programs.run("--like", one, "--format", "jsonl").stdout.decode().split("\n")[:-1]:
            judge.judge("message", json.loads(line), f"--like {one}")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--db")
    parser.add_argument("--archive", nargs="*", default=[])
    options = parser.parse_args()
    report = harness.Report("schema")
    with open(options.schema, encoding="utf-8") as file:
        schema = json.load(file)
    described(schema, report)
    if jsonschema:
        jsonschema.Draft202012Validator.check_schema(schema)
    with tempfile.TemporaryDirectory() as folder:
        programs = harness.Programs(options.index, options.search, options.db or folder + "/index")
        if not options.db:
            programs.index("--quiet", *filter(os.path.exists, options.archive))
        judge = Judge(schema, report)
        check_messages(programs, judge)
        check_others(programs, judge)
    code = report.finish()
    if not code and not jsonschema:
        print("skipped: no python3-jsonschema to judge the rest", file=sys.stderr)
        code = harness.EXIT_SKIPPED
    return code


if __name__ == "__main__":
    harness.main_of(main)
