"""What a scan that is over does to the store, step by step, as SQL."""

from __future__ import annotations

NOW = """
CREATE TEMP TABLE IF NOT EXISTS now (
    policy INTEGER NOT NULL, resource TEXT NOT NULL, verdict TEXT NOT NULL,
    suppressed INTEGER NOT NULL, missing TEXT NOT NULL, looked_up TEXT NOT NULL, cause INTEGER,
    alert TEXT, ignored TEXT NOT NULL, wording INTEGER
);
DELETE FROM now;
"""
NOW_OF = "CREATE INDEX IF NOT EXISTS temp.now_of ON now (policy, resource)"
RESOURCES = """
INSERT INTO resource (id, type, account, region, mapping, digest, changed, last)
SELECT id, type, account, region, mapping, digest, :scan, :scan FROM inventory.resource
WHERE NOT deleted
ON CONFLICT (id) DO UPDATE SET
    changed = CASE WHEN digest = excluded.digest THEN changed ELSE excluded.changed END,
    type = excluded.type, account = excluded.account, region = excluded.region,
    mapping = excluded.mapping, digest = excluded.digest, last = excluded.last
"""
TOTALS = """
CREATE TEMP TABLE totals AS
SELECT type, account, region, count(*) AS resources FROM inventory.resource
WHERE NOT deleted GROUP BY type, account, region
"""
LOOKED_AT = """
INSERT INTO looked_at
SELECT :scan, :policy, type, account, region, resources, 0, 0, 0, 0, 0 FROM temp.totals
WHERE type IN (SELECT value FROM json_each(:types))
"""
COUNTED = """
INSERT OR REPLACE INTO looked_at
SELECT l.scan, l.policy, l.type, l.account, l.region, l.resources, sum(n.verdict = 'FAIL'),
    sum(n.verdict = 'ERROR'), sum(n.suppressed AND n.verdict <> 'PASS'), sum(n.missing <> ''),
    sum(n.ignored <> '')
FROM temp.now n JOIN inventory.resource r ON r.id = n.resource
JOIN looked_at l ON l.scan = :scan AND l.policy = n.policy AND l.type = r.type
    AND l.account = r.account AND l.region = r.region
GROUP BY l.policy, l.type, l.account, l.region
"""
GOES_ON = """
UPDATE finding SET last = :scan WHERE key IN (
    SELECT f.key FROM temp.now n
    JOIN resource r ON r.id = n.resource
    JOIN finding f ON f.policy = n.policy AND f.resource = r.key AND f.last = (
        SELECT max(scan) FROM looked_at l WHERE l.policy = n.policy AND l.scan < :scan)
    WHERE f.verdict = n.verdict AND f.suppressed = n.suppressed AND f.missing = n.missing
        AND f.cause IS n.cause AND f.ignored = n.ignored
)
"""
UNSEEN_GO_ON = """
UPDATE finding SET last = :scan WHERE policy = :policy AND last = (
        SELECT max(scan) FROM looked_at WHERE policy = :policy AND scan < :scan)
    AND resource NOT IN (SELECT key FROM resource WHERE last = :scan)
"""
"""In a scan of a part of the resources, nothing is known of the others."""
BEGINS = """
INSERT INTO finding
    (policy, resource, first, last, verdict, suppressed, missing, looked_up, cause, alert, ignored,
    wording, since)
SELECT n.policy, r.key, :scan, :scan, n.verdict, n.suppressed, n.missing, n.looked_up, n.cause,
    n.alert, n.ignored, n.wording, coalesce((
        SELECT f.since FROM finding f WHERE f.policy = n.policy AND f.resource = r.key
            AND f.verdict = n.verdict AND f.last = (
                SELECT max(scan) FROM looked_at l WHERE l.policy = n.policy AND l.scan < :scan)
    ), :scan)
FROM temp.now n JOIN resource r ON r.id = n.resource
WHERE NOT EXISTS (
    SELECT 1 FROM finding f WHERE f.policy = n.policy AND f.resource = r.key AND f.last = :scan
)
"""
KEPT_WORST = 1_000
"""Resources that are kept of a scan as the worst."""
WORST = f"""
INSERT INTO worst
SELECT :scan, row_number() OVER (ORDER BY b.weight DESC, r.id), r.id, (
        SELECT count(*) FROM looked_at l WHERE l.scan = :scan AND l.type = r.type
            AND l.account = r.account AND l.region = r.region),
    b.failed, b.erred, b.suppressed, b.unverified, b.ignored
FROM (
    SELECT f.resource, sum(f.verdict = 'FAIL') AS failed, sum(f.verdict = 'ERROR') AS erred,
        sum(f.suppressed AND f.verdict <> 'PASS') AS suppressed,
        sum(f.missing <> '') AS unverified, sum(f.ignored <> '') AS ignored,
        sum(CASE WHEN f.verdict = 'PASS' OR f.suppressed OR f.ignored <> '' THEN 0
            ELSE CASE lower(p.severity) WHEN 'critical' THEN 1000000000000
                WHEN 'high' THEN 1000000000 WHEN 'medium' THEN 1000000 WHEN 'low' THEN 1000
                ELSE 1 END END) AS weight
    FROM finding f JOIN policy p ON p.key = f.policy
    JOIN resource s ON s.key = f.resource AND s.last = :scan WHERE f.last = :scan
    GROUP BY f.resource HAVING weight > 0 ORDER BY weight DESC LIMIT {KEPT_WORST}
) b JOIN resource r ON r.key = b.resource
"""
"""As Panther's API sorts resources: by their failures of critical policies, then high and so on."""
