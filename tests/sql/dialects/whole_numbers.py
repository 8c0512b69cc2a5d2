"""Have a dialect round as DuckDB does what becomes a decimal or a whole number: no other engine does by itself.

DuckDB scales a double, rounds half away from zero, and keeps every digit of what comes of it; a whole number it rounds
half to even. Others cut, round the digits that a double is printed with, or lose digits where decimals are multiplied.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlglot
from sqlglot import exp

EXACT = 2**53  # up to which every whole number has a double
SIGNED = ("typed_savings",)  # all else that becomes a decimal is nothing below zero


@dataclass(frozen=True, slots=True)
class Digits:
    """How a dialect writes an exact number and a whole one, in its own words.

    In `exact`, `scaled` stands for the double that is scaled to the last place, EXACT for 2 ** 53 as a double, and HIGH
    and LOW for decimals: what 2 ** 53 and 1 are of a last place. In `half_even`, `value` is a double, as in
    `product`: how it is multiplied by a `unit`, if not as usual.
    """

    dialect: str
    exact: str
    half_even: str
    product: str | None = None

    def scaled(self, value: exp.Expr, places: int) -> exp.Expr:
        """Return what a double is at the last of these places."""
        unit = f"1e{places}"
        if self.product is None:
            return exp.Mul(this=value, expression=exp.Literal.number(unit))
        text = self.product.replace("unit", unit).replace("value", value.sql(dialect=self.dialect))
        return sqlglot.parse_one(text, read=self.dialect)

    def exact_of(self, scaled: str, places: int, is_signed: exp.Expr | None) -> exp.Expr:
        """Return the exact number of a scaled column; of one that is signed, with the sign of its column."""
        whole = str(EXACT)
        high = f"{whole[:-places]}.{whole[-places:]}"
        text = self.exact.replace("scaled", scaled).replace("EXACT", f"{EXACT}e0")
        text = text.replace("HIGH", high).replace("LOW", f"0.{'0' * (places - 1)}1").replace("PLACES", str(places))
        number = sqlglot.parse_one(text, read=self.dialect)
        if is_signed is None:
            return number
        below = exp.LT(this=is_signed.copy(), expression=exp.Literal.number(0))
        return exp.Case(ifs=[exp.If(this=below, true=exp.Neg(this=exp.Paren(this=number.copy())))], default=number)

    def half_even_of(self, value: exp.Expr, kind: exp.DataType) -> exp.Expr:
        """Return a double as a whole number of a type."""
        text = self.half_even.replace("value", value.sql(dialect=self.dialect))
        return exp.cast(sqlglot.parse_one(text, read=self.dialect), kind.copy())


def with_exact_decimals(tree: exp.Expr, digits: Digits) -> exp.Expr:
    """Replace casts of floating point as decimals; what is cast is scaled below the statement that casts it."""
    for select in list(tree.find_all(exp.Select)):
        casts = [one for one in select.find_all(exp.Cast) if one.parent_select is select and is_decimal(one)]
        if not casts:
            continue
        inner = select.args["from_"].this
        scaled: list[exp.Expr] = [exp.Star()]
        for number, one in enumerate(casts, 1):
            places = int(one.to.expressions[1].name)
            signed = one.this.copy() if one.this.name in SIGNED else None
            value = digits.scaled(_positive(one.this, signed), places)
            scaled.append(exp.alias_(value, f"scaled_{number}"))
            one.replace(digits.exact_of(f"scaled_{number}", places, signed))
        below = exp.select(*scaled).from_(inner.copy())
        inner.replace(below.subquery(inner.alias_or_name))
    return tree


def _positive(value: exp.Expr, signed: exp.Expr | None) -> exp.Expr:
    if signed is not None:
        return exp.Abs(this=value.copy())
    return value.copy() if isinstance(value, exp.Column) else exp.Paren(this=value.copy())


def with_whole_numbers(tree: exp.Expr, digits: Digits) -> exp.Expr:
    """Round what base views cast to whole numbers."""
    for one in list(tree.find_all(exp.Cast)):
        if one.to.is_type(exp.DataType.Type.BIGINT, exp.DataType.Type.INT) and not isinstance(one.this, exp.Null):
            one.replace(digits.half_even_of(one.this, one.to))
    return tree


def is_decimal(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and node.to.is_type(exp.DataType.Type.DECIMAL)
