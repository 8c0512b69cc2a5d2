"""Know the budgets and their calendar, and so which accounts a call counts for."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from finops_router.calendar import Period, period_bounds_us
from finops_router.gateway.budgets.account import Account
from finops_router.gateway.budgets.attribution import Attribution, Budget

MOST_OWNERS = 4096  # that are remembered


class Books:
    """The budgets in force and their accounts; days are cut in `clock`, fiscal years start in month `first_month`."""

    def __init__(self, budgets: tuple[Budget, ...], clock: ZoneInfo, first_month: int) -> None:
        self._budgets, self._clock, self._first_month = budgets, clock, first_month
        self._bounds: dict[Period, tuple[int, int]] = {}
        self._accounts: dict[tuple[str, int], Account] = {}
        self._current: dict[str, Account] = {}  # of each budget, in the period that was asked for last
        self._of_owners: dict[tuple[str | None, str | None, str | None], tuple[Budget, ...]] = {}

    def counting(self, attribution: Attribution, now_us: int) -> tuple[Account, ...]:
        """Return the accounts of all budgets that may count the call, in their periods at `now_us`."""
        owners = attribution.team, attribution.project, attribution.environment
        budgets = self._of_owners.get(owners)
        if budgets is None:
            budgets = self._remembered(owners)
        if attribution.own:
            budgets = (*budgets, *attribution.own)
        return tuple(
            [
                self._account(budget, now_us)
                for budget in budgets
                if budget.is_by_owner or budget.may_take_in_call(attribution)
            ]
        )

    def open_all(self, now_us: int) -> None:
        """Open the accounts of all budgets of the settings, so that what is spent of them becomes known."""
        for budget in self._budgets:
            self._account(budget, now_us)

    def replace_budgets(self, budgets: tuple[Budget, ...]) -> None:
        """Take others from now on; accounts of one name go on with what was spent."""
        self._budgets = budgets
        self._of_owners.clear()

    def accounts(self) -> tuple[Account, ...]:
        """Return all accounts in use, and those of periods that are over as long as something is to be booked."""
        return tuple(self._accounts.values())

    def forget_quiet(self, now_us: int) -> None:
        """Drop accounts with nothing held or to book whose period is over, or that are of a key: of these are many."""
        kept = {budget.name for budget in self._budgets}
        for key, account in list(self._accounts.items()):
            is_wanted = account.end_us > now_us and account.budget.name in kept
            if account.is_quiet and not account.waiting and not is_wanted:
                del self._accounts[key]
                if self._current.get(account.budget.name) is account:
                    del self._current[account.budget.name]

    def bounds_us(self, period: Period, now_us: int) -> tuple[int, int]:
        """Return the bounds [start, end) of the period under way, in microseconds since 1970 UTC."""
        start_us, end_us = self._bounds.get(period, (0, 0))
        if not start_us <= now_us < end_us:
            start_us, end_us = period_bounds_us(period, now_us, self._first_month, self._clock)
            self._bounds[period] = start_us, end_us
        return start_us, end_us

    def periods_us(self, now_us: int) -> Iterator[tuple[Budget, int, int]]:
        """Yield each budget of the settings with the bounds of its period under way."""
        for budget in self._budgets:
            yield budget, *self.bounds_us(budget.period, now_us)

    def _remembered(self, owners: tuple[str | None, str | None, str | None]) -> tuple[Budget, ...]:
        """Return the budgets that count calls of a team, project and environment, and remember it of the usual ones."""
        if len(self._of_owners) >= MOST_OWNERS:
            self._of_owners.clear()  # clients name them: there may be any number
        found = tuple(budget for budget in self._budgets if budget.takes_in_owner(*owners))
        self._of_owners[owners] = found
        return found

    def _account(self, budget: Budget, now_us: int) -> Account:
        known = self._current.get(budget.name)
        if known is not None and known.budget is budget and known.start_us <= now_us < known.end_us:
            return known
        start_us, end_us = self.bounds_us(budget.period, now_us)
        account = self._accounts.get((budget.name, start_us))
        if account is None:
            account = self._accounts[budget.name, start_us] = Account(budget, start_us, end_us)
        account.budget = budget  # another one if the settings were read again: its amount counts from now on
        self._current[budget.name] = account
        return account
