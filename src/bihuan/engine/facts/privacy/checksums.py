"""Numbers that vouch for themselves: identity cards (GB 11643) and bank cards (ISO/IEC 7812, Luhn)."""

from __future__ import annotations

from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
# First two digits: province-level regions, 81-83 the residence permits of Hong Kong, Macao and Taiwan.
REGIONS = frozenset(
    ["11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83"])
# First digits of payment cards: Amex, JCB, Diners 3; Visa 4; Mastercard 5 and 2; UnionPay 62; older bank cards 6 and 9.
CARD_STARTS = frozenset("34569")


def check_digit(first: str) -> str:
    """Return the 18th character of an identity card from its first 17 digits.

    >>> check_digit("11010519491231002")    # the standard's own example
    'X'
    """
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


def is_id_card(number: str) -> bool:
    """Return whether 18 characters are shaped like an identity card: region and birthday; the check digit may be wrong.

    A number with a slip of the pen is still somebody's, so the check digit only tells it from a bank card: a number
    of 18 digits without region and birthday is not one.
    """
    if len(number) == 15:
        return number.isdigit() and number[:2] in REGIONS and _is_birthday("19" + number[6:12])
    return (len(number) == 18 and number[:17].isdigit() and number[:2] in REGIONS and _is_birthday(number[6:14]))


def is_valid_id_card(number: str) -> bool:
    """Return whether region, birthday and check digit of 18 characters agree."""
    return len(number) == 18 and is_id_card(number) and check_digit(number[:17]) == number[17].upper()


def luhn(number: str) -> bool:
    """Return whether digits end in the check digit of ISO/IEC 7812.

    >>> luhn("79927398713"), luhn("79927398710")    # the usual published example
    (True, False)
    """
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_card(number: str) -> bool:
    """Return whether 13 to 19 digits start like a payment card and pass the Luhn check."""
    return 13 <= len(number) <= 19 and number[0] in CARD_STARTS and luhn(number)


def _is_birthday(text: str) -> bool:
    try:
        return date(1890, 1, 1) <= date(int(text[:4]), int(text[4:6]), int(text[6:8])) <= date(2099, 12, 31)
    except ValueError:
        return False
