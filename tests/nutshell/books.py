"""Print a Nutshell issuer's books as JSON, from its own database, one entry a unit."""

import json
import sqlite3
import sys

database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, timeout=10)
# One statement, so that all figures are of one moment.
rows = database.execute(
    """
    SELECT unit, SUM(issued), SUM(redeemed), SUM(held), SUM(paid), SUM(fees) FROM (
        SELECT unit, 0 AS issued, 0 AS redeemed, 0 AS held, 0 AS paid, fees_paid AS fees
          FROM keysets
        UNION ALL
        SELECT k.unit, p.amount, 0, 0, 0, 0
          FROM promises p JOIN keysets k ON k.id = p.id WHERE p.c_ IS NOT NULL
        UNION ALL
        SELECT k.unit, 0, p.amount, 0, 0, 0 FROM proofs_used p JOIN keysets k ON k.id = p.id
        UNION ALL
        SELECT k.unit, 0, 0, p.amount, 0, 0 FROM proofs_pending p JOIN keysets k ON k.id = p.id
        UNION ALL
        SELECT unit, 0, 0, 0, amount_paid - amount_issued, 0 FROM mint_quotes
    ) GROUP BY unit ORDER BY unit
    """
)
names = ("unit", "issued", "redeemed", "held", "paid_not_issued", "fees")
units = [dict(zip(names, row)) for row in rows]
for unit in units:
    unit["outstanding"] = unit["issued"] - unit["redeemed"]
print(json.dumps(units))
