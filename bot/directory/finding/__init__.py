"""Finding services among very many: the index, and the order in which it is asked."""
