"""Days, months and greetings as the interface says them, in its language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from PySide6.QtCore import QDate, QLocale

from tradecrm.core.money import round_to
from tradecrm.core.text import _, current_language

NOON, EVENING = 12, 18
SMALL_HOURS = 5


def interface_locale() -> QLocale:
    """Answer how the language of the interface writes days, whatever the system speaks."""
    chinese = current_language() == "zh_CN"
    return (
        QLocale(QLocale.Language.Chinese, QLocale.Country.China)
        if chinese
        else QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
    )


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def long_day(day: date) -> str:
    """Answer ``Saturday 21 November 2026``, in Chinese ``2026年11月21日 星期六``."""
    chinese = current_language() == "zh_CN"
    return interface_locale().toString(_qdate(day), "yyyy年M月d日 dddd" if chinese else "dddd d MMMM yyyy")


def short_day(day: date, ahead: int) -> str:
    """Answer a day ``ahead`` days away as a chip says it: ``Mon 23`` within a week, else ``23 Nov``."""
    chinese = current_language() == "zh_CN"
    if ahead < 7:
        return interface_locale().toString(_qdate(day), "dddd" if chinese else "ddd d")
    return plain_day(day)


def plain_day(day: date) -> str:
    """Answer ``23 Nov``, in Chinese ``11月23日``."""
    chinese = current_language() == "zh_CN"
    return interface_locale().toString(_qdate(day), "M月d日" if chinese else "d MMM")


def month_name(day: date) -> str:
    """Answer ``Nov``, in Chinese ``11月``."""
    chinese = current_language() == "zh_CN"
    return f"{day.month}月" if chinese else interface_locale().toString(_qdate(day), "MMM")


def greeting(hour: int, name: str) -> str:
    """Answer the greeting for an hour of the day."""
    if SMALL_HOURS <= hour < NOON:
        return _("Good morning, {name}").format(name=name)
    if NOON <= hour < EVENING:
        return _("Good afternoon, {name}").format(name=name)
    return _("Good evening, {name}").format(name=name)


def percent(share: Decimal) -> str:
    """Answer a fraction as a percentage with one decimal: ``20.4 %``."""
    return f"{round_to(share * 100, 1):f} %"
