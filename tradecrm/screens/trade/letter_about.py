"""What a letter of credit says with “about”: read from what is typed, proposed as tolerance, never an amount (1.4)."""

from __future__ import annotations

from decimal import Decimal

from tradecrm.core.about import LEEWAY, About, Item, abouts
from tradecrm.core.money import format_money, format_number, round_money
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import Fact, Tone

SAID = "amount_about"
"""The value of the draft with the “about” typed before the amount; the book keeps the tolerance it means."""
_PROPOSED = "about_proposed"
_TEXTS = ("goods", "remarks")
_TITLES = {
    Item.AMOUNT: N_("amount ±10 %"),
    Item.QUANTITY: N_("quantity ±10 %"),
    Item.PRICE: N_("unit price ±10 %"),
}
ZERO = Decimal(0)


def understood(draft: Draft) -> tuple[About, ...]:
    """Answer every item of the credit before which “about” stands, that typed before the amount first."""
    found = [about for name in _TEXTS for about in abouts(draft.text(name))]
    amount, currency = draft.number("amount"), draft.text("currency")
    if draft.text(SAID) and amount is not None:
        found.insert(
            0, About(Item.AMOUNT, f"{draft.text(SAID)} {format_money(amount, currency)}", amount, currency)
        )
    return tuple(found)


def derive_letter(draft: Draft, changed: str) -> Draft:
    """Propose the tolerance of an amount that is “about” so much, where none was typed; take it back with the word.

    A tolerance that somebody typed stands, and so does the amount, whatever the words say.
    """
    if changed in {"tolerance_over", "tolerance_under"}:
        return draft.put(**{_PROPOSED: False})
    if changed not in {*_TEXTS, SAID, "amount"}:
        return draft
    says = any(about.item is Item.AMOUNT for about in understood(draft))
    typed = (draft.number("tolerance_over") or ZERO, draft.number("tolerance_under") or ZERO)
    if says and typed == (ZERO, ZERO):
        return draft.put(tolerance_over=LEEWAY, tolerance_under=LEEWAY, **{_PROPOSED: True})
    if not says and draft.flag(_PROPOSED):
        return draft.put(tolerance_over=ZERO, tolerance_under=ZERO, **{_PROPOSED: False})
    return draft


def about_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer what was understood of the words: the item, what they allow, and what does not fit the fields."""
    found = understood(draft)
    facts = []
    for about in found:
        facts.append(Fact(f"“{about.words}”", _(_TITLES[about.item]), strong=about.item is Item.AMOUNT))
        facts.append(Fact(_("from {least} to {most}").format(**_range(about, draft)), "", muted=True))
    if not found:
        words = _("No “about” or “approximately” was found in the amount, the goods or the remarks.")
        return (Fact(words, "", muted=True),)
    return (*facts, *_doubts(found, draft))


def _range(about: About, draft: Draft) -> dict[str, str]:
    """Answer the least and the most in words; amounts of money in their currency."""
    currency = about.unit if about.item is not Item.QUANTITY else ""
    if about.item is Item.AMOUNT:
        currency = currency or draft.text("currency")
        return {
            "least": format_money(round_money(about.least, currency), currency),
            "most": format_money(round_money(about.most, currency), currency),
        }
    exact = (about.least.normalize(), about.most.normalize())
    places = max(2 if currency else 0, *(-int(each.as_tuple().exponent) for each in exact))
    shown = (format_number(each, places) for each in exact)
    least, most = (
        f"{currency} {each}".strip() if currency else f"{each} {about.unit}".strip() for each in shown
    )
    return {"least": least, "most": most}


def _doubts(found: tuple[About, ...], draft: Draft) -> list[Fact]:
    """Answer where the words and the fields differ; a person decides, nothing is changed."""
    amounts = [about for about in found if about.item is Item.AMOUNT]
    amount, currency = draft.number("amount"), draft.text("currency")
    if not amounts:
        words = _("It stands before that item only; the amount of the credit is a maximum all the same.")
        return [Fact(words, "", Tone.WARN)]
    facts = []
    if draft.flag(_PROPOSED):
        facts.append(
            Fact(
                _("Tolerance proposed from these words; change it if the credit says otherwise."),
                "",
                Tone.WARN,
            )
        )
    elif (draft.number("tolerance_over"), draft.number("tolerance_under")) != (LEEWAY, LEEWAY):
        facts.append(Fact(_("The tolerance above is another one than these words mean."), "", Tone.WARN))
    for about in amounts:
        if amount is not None and (about.number != amount or (about.unit or currency) != currency):
            words = _("The text says {words}, the amount above is {amount}.")
            shown = format_money(amount, currency)
            facts.append(Fact(words.format(words=about.words, amount=shown), "", Tone.WARN))
    return facts
