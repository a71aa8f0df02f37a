"""One company beside its peers: from survey and outside ledger to a package that holds nobody else's answers."""
