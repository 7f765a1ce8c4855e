"""Names of flags of which one denies the other: `disabled` is no new name for `enabled`.

In: two names. Out: whether they say the contrary.
"""

_DENIALS = {"not", "no", "non", "never", "without"}
_PREFIXES = ("un", "in", "dis", "non")
_PAIRS = {
    frozenset(pair)
    for pair in (
        *(("enabled", "disabled"), ("enable", "disable"), ("visible", "hidden"), ("shown", "hidden"), ("show", "hide")),
        *(("public", "private"), ("open", "closed"), ("on", "off"), ("in", "out"), ("online", "offline")),
        *(("allow", "deny"), ("allowed", "denied"), ("allowed", "forbidden"), ("allowed", "blocked")),
        *(("include", "exclude"), ("included", "excluded"), ("internal", "external"), ("required", "optional")),
        *(("draft", "published"), ("active", "archived"), ("active", "deleted"), ("succeeded", "failed")),
        *(("active", "disabled"), ("active", "suspended"), ("active", "blocked"), ("enabled", "blocked")),
    )
}


def opposite(one: str, other: str) -> bool:
    """Whether two names are alike but for a word that says the contrary, or is denied."""
    a, b = one.lower().split("_"), other.lower().split("_")
    left, right = [word for word in a if word not in b], [word for word in b if word not in a]
    denied = {*left} ^ {*right}
    if denied and denied <= _DENIALS:
        return True
    if len(left) != 1 or len(right) != 1:
        return False
    short, long = sorted((left[0], right[0]), key=len)
    return frozenset((short, long)) in _PAIRS or any(long == prefix + short for prefix in _PREFIXES)
