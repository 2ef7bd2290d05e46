"""Bihuan 闭环: the closed loop of customer-service quality."""

__version__ = "0.1.0"
