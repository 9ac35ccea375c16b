"""As much of JSON Schema as docs/report.schema.json uses, and no more."""

import re

KINDS = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool,
         "null": type(None)}


class Schema:
    """Tells what in a value does not fit. A word that is not known here is an error."""

    def __init__(self, schema):
        self.schema = schema

    def errors(self, value, schema=None, at="$"):
        schema = self.schema if schema is None else schema
        for word, wanted in schema.items():
            if word in ("$schema", "$id", "$defs", "title", "description"):
                continue
            yield from getattr(self, "on_" + word.strip("$"))(value, wanted, at, schema)

    def on_ref(self, value, wanted, at, schema):
        yield from self.errors(value, self.schema["$defs"][wanted.rsplit("/", 1)[1]], at)

    def on_type(self, value, wanted, at, schema):
        kinds = [wanted] if isinstance(wanted, str) else wanted
        if not any(type(value) is KINDS[kind] for kind in kinds):
            yield f"{at} is no {wanted}: {value!r}"

    def on_required(self, value, wanted, at, schema):
        yield from (f"{at} has no {key}" for key in wanted if key not in value)

    def on_properties(self, value, wanted, at, schema):
        for key, inner in wanted.items():
            if key in value:
                yield from self.errors(value[key], inner, f"{at}.{key}")

    def on_additionalProperties(self, value, wanted, at, schema):
        assert wanted is False
        yield from (f"{at} has {key}" for key in value if key not in schema["properties"])

    def on_items(self, value, wanted, at, schema):
        for i, item in enumerate(value):
            yield from self.errors(item, wanted, f"{at}[{i}]")

    def on_anyOf(self, value, wanted, at, schema):
        if all(list(self.errors(value, one, at)) for one in wanted):
            yield f"{at} fits nothing: {value!r}"

    def on_enum(self, value, wanted, at, schema):
        if value not in wanted:
            yield f"{at} is {value!r}"

    def on_const(self, value, wanted, at, schema):
        if value != wanted:
            yield f"{at} is {value!r}"

    def on_minimum(self, value, wanted, at, schema):
        if value < wanted:
            yield f"{at} is {value!r}"

    def on_minLength(self, value, wanted, at, schema):
        if len(value) < wanted:
            yield f"{at} is too short"

    def on_pattern(self, value, wanted, at, schema):
        if not re.search(wanted, value):
            yield f"{at} is {value!r}"
