-- I12: every event and every write stands as it was sealed into the chain.
SELECT "row", fault, 'as sealed' FROM core_trail_faults()
