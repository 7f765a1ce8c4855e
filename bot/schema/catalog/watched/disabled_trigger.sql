-- Triggers of foreign keys and deferrable keys that do not fire: DISABLE TRIGGER ALL leaves the constraint in name only.
-- unless empty: pg_trigger WHERE tgisinternal AND tgenabled <> 'O'
SELECT n.nspname AS schema, c.relname AS parent, k.conname || ' (' || min(p.proname) || ')' AS name,
       json_agg(DISTINCT t.tgenabled) AS enabled
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_constraint k ON k.oid = t.tgconstraint JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgisinternal AND t.tgenabled <> 'O'
GROUP BY 1, 2, k.conname, t.oid
