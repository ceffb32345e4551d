-- Every event and every write stands as it was sealed into the chain (manage.py verify_audit seals first)
SELECT "row", fault, 'as sealed' FROM core_trail_faults()
