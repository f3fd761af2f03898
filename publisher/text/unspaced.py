"""Scripts that put no spaces between words: Thai, Lao, Burmese and Khmer letters, kana, and Chinese characters."""

from __future__ import annotations

from publisher.text.patterns import later

UNSPACED = later(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""One letter of such a script."""
