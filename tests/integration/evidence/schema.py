"""Checks a file of JSON lines against a JSON schema (draft 4 to 7), as far as the schemas of OCSF go: any keyword that is
not known here is an error, so that nothing passes unseen. `schema.py SCHEMA LINES`"""

import json
import sys

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}
SILENT = {"$schema", "definitions", "title", "description", "$id"}


def faults(schema, value, path, root):
    if "$ref" in schema:
        yield from faults(root["definitions"][schema["$ref"].rsplit("/", 1)[1]], value, path, root)
        return
    for keyword, what in schema.items():
        if keyword == "type":
            if not isinstance(value, TYPES[what]) or (what == "integer" and isinstance(value, bool)):
                yield f"{path}: not of the type {what}"
        elif keyword == "required":
            yield from (f"{path}: {name} is missing" for name in what if isinstance(value, dict) and name not in value)
        elif keyword == "properties":
            for name, inner in what.items():
                if isinstance(value, dict) and name in value:
                    yield from faults(inner, value[name], f"{path}/{name}", root)
        elif keyword == "additionalProperties":
            more = set(value) - set(schema.get("properties", {})) if isinstance(value, dict) else ()
            if what is False:
                yield from (f"{path}: {name} is not known" for name in more)
            elif what is not True:
                for name in more:
                    yield from faults(what, value[name], f"{path}/{name}", root)
        elif keyword == "items":
            for i, inner in enumerate(value if isinstance(value, list) else ()):
                yield from faults(what, inner, f"{path}/{i}", root)
        elif keyword == "enum":
            if value not in what:
                yield f"{path}: {value!r} is not one of {what}"
        elif keyword == "maxLength":
            if isinstance(value, str) and len(value) > what:
                yield f"{path}: longer than {what}"
        elif keyword in ("allOf", "anyOf", "oneOf"):
            good = sum(not list(faults(one, value, path, root)) for one in what)
            if not {"allOf": good == len(what), "anyOf": good > 0, "oneOf": good == 1}[keyword]:
                yield f"{path}: {keyword} holds for {good} of {len(what)}"
        elif keyword not in SILENT:
            yield f"{path}: the schema has \"{keyword}\", which is not checked here"


def main():
    schema = json.load(open(sys.argv[1]))
    lines = open(sys.argv[2]).read().splitlines()
    found = [f"line {n}: {fault}" for n, line in enumerate(lines, 1)
             for fault in faults(schema, json.loads(line), "", schema)]
    print("\n".join(found) or f"{len(lines)} events are as the schema has them")
    sys.exit(bool(found) or not lines)


main()
