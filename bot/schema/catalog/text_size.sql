-- How many bytes the texts have that a catalog holds of any length, as they are before they are compressed.
SELECT pg_catalog.sum(size) FROM (
  SELECT pg_catalog.octet_length(description) FROM pg_catalog.pg_description
  WHERE objoid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
  UNION ALL
  SELECT pg_catalog.octet_length(description) FROM pg_catalog.pg_description
  WHERE objoid OPERATOR(pg_catalog.=) 2200::pg_catalog.oid -- the schema public
  UNION ALL
  SELECT pg_catalog.octet_length(prosrc) FROM pg_catalog.pg_proc WHERE oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
  UNION ALL
  SELECT pg_catalog.octet_length(ev_action::text) FROM pg_catalog.pg_rewrite
  WHERE oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
  UNION ALL
  SELECT pg_catalog.octet_length(conbin::text) FROM pg_catalog.pg_constraint
  WHERE oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
  UNION ALL
  SELECT pg_catalog.octet_length(adbin::text) FROM pg_catalog.pg_attrdef
  WHERE oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
) AS texts (size)
