"""From an export that nobody has described to a first edition: a codebook, exhibits and chapters to go on from.

`columns.py` gathers the columns of an export into questions, `signs.py` tells how the file writes numbers and nothing,
`kinds.py` and `blocks.py` what kind of answers one column and several hold and why, `options.py` puts choices in order,
`bands.py` proposes what to cut by, `codebook.py`, `exhibits.py` and `chapters.py` write, `new.py` is the way through.
"""

from pipeline.drafting.new import Drafted, draft_edition

__all__ = ["Drafted", "draft_edition"]
