"""Right migrations, broken on purpose: what is called proven must have the effect of the right one."""
