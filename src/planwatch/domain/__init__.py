"""Frozen values of the trade: plan, allowance, price schedule, cost. No I/O and no clock."""
