"""Values of any type that msgspec can decode. In: the type. Out: a strategy that fills it with hostile text."""

from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect as types

from tests.properties import hostile


def of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type."""
    return _of(types.type_info(kind))


def _struct(kind: types.StructType | types.DataclassType) -> st.SearchStrategy[Any]:
    """Fields that need not be given are left out at times."""
    needed = {field.name: _of(field.type) for field in kind.fields if field.required}
    optional = {field.name: _of(field.type) for field in kind.fields if not field.required}
    return st.fixed_dictionaries(needed, optional=optional).map(lambda fields: kind.cls(**fields))


def _of(kind: types.Type) -> st.SearchStrategy[Any]:
    match kind:
        case types.StructType() | types.DataclassType():
            return _struct(kind)
        case types.ListType() | types.VarTupleType():
            made = st.lists(_of(kind.item_type), max_size=3)
            return made if isinstance(kind, types.ListType) else made.map(tuple)
        case types.TupleType():
            return st.tuples(*map(_of, kind.item_types))
        case types.NamedTupleType():
            return st.builds(kind.cls, *(_of(field.type) for field in kind.fields))
        case types.DictType():
            return st.dictionaries(_of(kind.key_type), _of(kind.value_type), max_size=3)
        case types.UnionType():
            return st.one_of(*map(_of, kind.types))
        case types.LiteralType():
            return st.sampled_from(kind.values)
        case types.AnyType():
            return hostile.anything.filter(_is_json)
        case types.IntType():
            return st.one_of(st.integers(0, 9), st.integers(kind.ge, 2**31 - 1 if kind.lt is None else kind.lt - 1))
        case _:
            return _PLAIN[type(kind)]


_PLAIN: dict[type[types.Type], st.SearchStrategy[Any]] = {
    types.StrType: hostile.texts,
    types.FloatType: st.floats(allow_nan=False, allow_infinity=False),
    types.BoolType: st.booleans(),
    types.NoneType: st.none(),
}


def _is_json(value: Any) -> bool:
    """Whether it comes back as it was: numbers without an end do not."""
    try:
        return bool(msgspec.json.decode(msgspec.json.encode(value)) == value)
    except (msgspec.MsgspecError, OverflowError):
        return False
