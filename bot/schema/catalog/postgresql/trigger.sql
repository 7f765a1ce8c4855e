-- Triggers that somebody made.
SELECT n.nspname AS schema, c.relname AS parent, t.tgname AS name, pg_get_triggerdef(t.oid) AS definition,
       t.tgenabled AS enabled, obj_description(t.oid, 'pg_trigger') AS comment
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND coalesce((to_jsonb(t)->>'tgparentid')::bigint, 0) = 0
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
