"""The one repair of an answer that could not be used, version 1.

It is put behind the question. `$fence` is the name of the fence, `$answer` what was answered, `$reason` our own words.
"""

from __future__ import annotations

USER = """\

You have answered this already, and the answer could not be used: $reason

<answer-$fence>
$answer
</answer-$fence>

Answer again, with nothing but the JSON that the schema asks for.
"""
