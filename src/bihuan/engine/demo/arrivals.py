"""When problems begin and what they are: a Poisson stream whose rate follows hour, weekday, season and truths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .hours import DAY, HOUR, Hours, in_sale
from .people import Customers
from .setting import Company, Scale
from .truths import Truth, Truths

SUMMER, SUMMER_ORDERS = (6, 7, 8), 2.0     # air conditioners, the first product, are bought and used in summer
DOORS = ("phone", "chat", "ticket")
CHANNELS = {"phone": (("phone", 1.0),), "chat": (("online", 0.6), ("wechat", 0.4)),
            "ticket": (("email", 0.35), ("ticket", 0.65))}


@dataclass(frozen=True)
class Problems:
    """One entry a new problem, ordered by time: seconds, customer, topic, product, region, door and channel."""

    at: np.ndarray
    customer: np.ndarray
    topic: np.ndarray
    product: np.ndarray
    region: np.ndarray
    channel: np.ndarray                # of str

    def take(self, index: np.ndarray) -> Problems:
        """Return the entries at ``index``, which may repeat."""
        return Problems(*(getattr(self, name)[index] for name in self.__dataclass_fields__))


def make_problems(
    rng: np.random.Generator, company: Company, scale: Scale, hours: Hours, customers: Customers, truths: Truths,
) -> Problems:
    """Return all first contacts of the period."""
    season = hours.season()
    parts = []
    for door, rate in zip(DOORS, (scale.calls, scale.chats, scale.tickets)):
        at = _times(rng, company, hours, season * rate, door)
        parts.append(_describe(rng, company, hours, at, door))
    plain = _join(parts)
    return _settle(rng, customers, _boost(rng, company, hours, plain, truths))


def _times(rng, company: Company, hours: Hours, daily: np.ndarray, door: str) -> np.ndarray:
    weekday = np.array([day.weekday() for day in hours.dates[:hours.days]])
    rate = (daily * company.weekdays[door][weekday])[:, None] * company.hours[door][None, :]
    noise = rng.gamma(40.0, 1 / 40.0, size=(hours.days, 1))        # days differ by more than chance alone
    counts = rng.poisson(rate * noise)
    cell = np.repeat(np.arange(hours.days * 24), counts.ravel())
    return np.sort(cell * float(HOUR) + rng.uniform(0, HOUR, size=cell.size))


def _describe(rng, company: Company, hours: Hours, at: np.ndarray, door: str) -> Problems:
    n, days = at.size, (at // DAY).astype(int)
    names, chances = zip(*CHANNELS[door])
    sale = np.array([in_sale(day) for day in hours.dates[:hours.days]])[days]
    topic = _topics(rng, company, sale)
    summer = np.array([day.month in SUMMER for day in hours.dates[:hours.days]])[days]
    product = rng.choice(len(company.products), size=n, p=company.product_share)
    product = np.where(summer & (rng.random(n) < 0.2), 0, product)
    region = rng.choice(len(company.regions), size=n, p=company.region_share)
    return Problems(at, np.zeros(n, dtype=int), topic, product, region, rng.choice(names, size=n, p=chances))


def _topics(rng, company: Company, sale: np.ndarray) -> np.ndarray:
    share = np.array([topic.share for topic in company.topics])
    busy = share.copy()
    for name, factor in (("物流配送", 1.9), ("价格保护", 2.2), ("退换货", 1.3)):
        busy[company.topic(name)] *= factor
    usual = rng.choice(share.size, size=sale.size, p=share / share.sum())
    return np.where(sale, rng.choice(share.size, size=sale.size, p=busy / busy.sum()), usual)


def _join(parts: list[Problems]) -> Problems:
    joined = Problems(*(np.concatenate([getattr(part, name) for part in parts])
                        for name in Problems.__dataclass_fields__))
    return joined.take(np.argsort(joined.at, kind="stable"))


def _boost(rng, company: Company, hours: Hours, plain: Problems, truths: Truths) -> Problems:
    """Add copies (at a near time, of other customers) of the problems that a truth makes more frequent."""
    parts = [plain]
    for truth_id, factor in (("product_spike", None), ("policy_fee", None), ("region_logistics", 1.3)):
        truth = truths.get(truth_id)
        if truth is not None:
            chosen = _matches(company, hours, plain, truth)
            copies = np.repeat(chosen, rng.poisson((factor or truth.size) - 1, size=chosen.size))
            extra = plain.take(copies)
            shifted = extra.at // HOUR * HOUR + rng.uniform(0, HOUR, size=copies.size)
            parts.append(Problems(shifted, *(getattr(extra, name) for name in list(Problems.__dataclass_fields__)[1:])))
    return _join(parts)


def _matches(company: Company, hours: Hours, problems: Problems, truth: Truth) -> np.ndarray:
    since, until = hours.acting(truth)
    mask = (problems.at >= since) & (problems.at < until)
    for key, names in (("topic", [topic.name for topic in company.topics]), ("product", company.products),
                       ("region", company.regions)):
        if key in truth.where:
            mask &= getattr(problems, key) == list(names).index(truth.where[key])
    return np.flatnonzero(mask)


def _settle(rng, customers: Customers, problems: Problems) -> Problems:
    """Give each problem a customer of its region."""
    low, high = customers.bounds[problems.region], customers.bounds[problems.region + 1]
    who = low + (rng.random(problems.at.size) * (high - low)).astype(int)
    return Problems(problems.at, who, problems.topic, problems.product, problems.region, problems.channel)
