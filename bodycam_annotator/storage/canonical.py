"""The one way in which a value is written as JSON, so that equal values have equal bytes."""

import json


def canonical_json(value: object) -> str:
    """Keys sorted by code point, no white space, characters as they are and not as `\\u` escapes.

    Only `"`, `\\` and control characters are escaped, the latter as `\\n`, `\\u0001` and so on, as
    Python's `json` does. Encoded as UTF-8 these are the bytes that the audit log hashes.
    Raises `ValueError` for NaN and infinities, `TypeError` for what JSON cannot hold.
    """
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
