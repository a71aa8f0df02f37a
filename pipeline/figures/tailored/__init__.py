"""One company beside its peers: from survey and outside ledger to a package that holds nobody else's answers."""

from pipeline.figures.tailored.package import Package, read_package
from pipeline.figures.tailored.packing import Packer
from pipeline.figures.tailored.tailoring import Tailoring, read_tailoring

__all__ = ["Package", "Packer", "Tailoring", "read_package", "read_tailoring"]
