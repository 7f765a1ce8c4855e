"""The kinds of attack that a review found, each with the tests that try it; a kind that loses its tests is noticed."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
A, F, D = "tests/attacks/test_", "tests/faults/test_", "tests/integration/database/test_"
KINDS = {
    "B1 a version that is a path": (
        f"{A}interpreters.py::test_a_version_that_is_none_runs_nothing",
        "tests/properties/test_lock_files.py::test_a_version_is_one_or_none",
    ),
    "B2 planted interpreters": (
        f"{A}interpreters.py::test_a_planted_interpreter_is_not_found",
        f"{A}interpreters.py::test_a_folder_on_the_path_that_others_write_is_passed_over",
        f"{A}downloads.py::test_what_a_build_leaves_is_found_by_no_later_run",
    ),
    "B3 programs of a checkout": (
        f"{A}interpreters.py::test_an_environment_that_the_repository_brings_is_not_run_by_the_bot",
        f"{A}interpreters.py::test_an_interpreter_that_is_run_is_run_as_the_projects_account",
    ),
    "B4 what a superuser runs": (
        "tests/unit/test_settings.py::test_in_the_action_files_are_those_of_the_base_revision",
        f"{A}administrator.py::test_a_function_is_run_with_the_projects_rights_wherever_it_stands",
        f"{A}administrator.py::test_an_errors_words_make_no_extension_that_a_superuser_has_to_make",
    ),
    "B5 links out of a checkout": (
        f"{A}links.py::test_a_link_to_a_secret_shows_nothing",
        "tests/unit/test_settings.py::test_what_base_does_not_have_is_refused",
        "tests/properties/test_lock_files.py::test_a_link_out_of_the_checkout_is_no_file",
    ),
    "B6 configuration of tools": (
        f"{A}interpreters.py::test_uvs_configuration_in_the_folder_of_the_run_is_not_read",
        "tests/unit/test_border.py::test_uv_is_called_in_one_place_and_reads_no_configuration",
    ),
    "B7 words that are options": (
        "tests/unit/test_border.py::test_what_is_not_written_there_comes_after_two_dashes",
        f"{A}interpreters.py::test_a_version_that_is_none_runs_nothing",
    ),
    "B8 ways around the rule of ports": (
        f"{A}kernel.py::test_no_other_protocol",
        f"{A}kernel.py::test_no_other_family_of_sockets",
        f"{A}kernel.py::test_no_other_type_of_sockets",
    ),
    "B9 namespaces": (
        f"{A}kernel.py::test_no_process_gets_namespaces_of_its_own",
        f"{A}kernel.py::test_the_kernel_does_not_have_the_call",
    ),
    "B10 what outlives a run": (
        f"{F}ends.py::test_nothing_outlives_a_bot_that_is_killed",
        f"{A}resources.py::test_nothing_outlives_the_run",
    ),
    "B11 other databases of a server": (
        f"{D}leftovers.py::test_a_server_with_other_databases_within_reach_is_refused_unless_accepted",
        f"{D}leftovers.py::test_what_the_projects_role_leaves_elsewhere_goes_with_it",
        f"{D}leftovers.py::test_of_another_run_nothing_is_within_reach",
    ),
    "B12 a port, whatever the address": (
        f"{A}kernel.py::test_connect_itself_leads_to_the_database_only",
        f"{A}namespaces.py::test_no_other_network_is_there",
        f"{A}databases.py::test_no_way_of_sqlalchemys_leads_to_another_server",
    ),
    "B13 the project's code as the URL's role": (
        f"{D}url_server.py::test_a_role_that_may_only_make_databases_serves_as_both_where_that_is_accepted",
        f"{D}url_server.py::test_a_role_that_may_make_roles_gives_the_project_its_own",
    ),
    "B14 connecting while sending": (
        f"{A}kernel.py::test_no_way_around_connect",
        f"{A}kernel.py::test_a_pair_is_of_this_machine",
    ),
    "B15 others of the same account": (
        f"{A}neighbours.py::test_a_neighbour_is_out_of_reach",
        f"{A}namespaces.py::test_nobody_listens_in_the_file_system",
        f"{A}secrets.py::test_no_spy_comes_home_with_anything",
    ),
    "B16 settings of a database": (
        f"{A}trusted_sessions.py::test_what_is_set_for_the_database_is_not_the_bots",
        f"{A}trusted_sessions.py::test_what_is_set_for_a_database_reads_no_other_catalog",
        f"{A}trusted_sessions.py::test_what_ends_idle_ones_does_not_end_the_bots",
        f"{A}lookalikes.py::test_nothing_of_theirs_runs_while_the_bot",
    ),
    "B17, B19 locks without end": (
        f"{A}trusted_sessions.py::test_a_lock_that_stays_is_told",
        f"{A}trusted_sessions.py::test_every_trusted_statement_has_an_end",
        f"{F}ends.py::test_sigterm_is_obeyed_whatever_the_bot_waits_for",
    ),
    "B18 words of the server's log": (
        f"{A}trusted_sessions.py::test_nobody_but_the_server_says_that_it_has_no_room",
        "tests/unit/database/test_disk_full.py::test_words_of_the_projects_are_not_believed",
    ),
    "B20 forged answers": (
        "tests/unit/check/test_foreign_paths.py::test_a_forged_path_shows_nothing",
        "tests/properties/test_worker_answers.py::test_an_answer_is_a_result_or_the_projects_own_error",
        "tests/properties/test_worker_answers.py::test_a_path_that_is_inside_stays_inside",
    ),
    "B21, B22 files written over": (
        "tests/unit/check/test_foreign_paths.py::test_nothing_is_written_over_or_elsewhere",
        f"{A}links.py::test_a_name_for_files_leads_nowhere_else",
        f"{A}links.py::test_the_repository_of_the_user_stays_as_it_is",
    ),
    "B23 owners by path": (
        f"{A}interpreters.py::test_ownership_is_never_changed_through_a_link",
        f"{A}downloads.py::test_the_shared_cache_belongs_to_nobody_who_builds",
        f"{A}downloads.py::test_a_cache_that_another_account_restored_serves",
    ),
    "B24 layers that are missing": (
        "tests/unit/test_missing_layers.py::test_a_missing_layer_is_named",
        "tests/unit/test_missing_layers.py::test_nothing_is_said_where_all_is_there",
    ),
    "B25 catalogs without end": (
        f"{A}trusted_sessions.py::test_every_trusted_statement_has_an_end",
        f"{A}trusted_sessions.py::test_a_statement_without_end_is_told",
    ),
    "folders that a pull request names": (
        f"{A}opened.py::test_an_environment_of_the_repositorys_opens_nothing_else",
        f"{A}opened.py::test_a_value_of_an_example_opens_no_folder",
        "tests/unit/project/environment/test_foreign_environments.py::test_what_has_something_hidden_in_it_is_not_opened",
    ),
    "answers that nobody reads to an end": (
        "tests/unit/project/client/test_chains.py::test_what_can_be_no_history_is_refused",
        "tests/unit/project/client/test_answers.py::test_of_what_is_for_people_a_report_takes_some_lines",
    ),
    "a disk that is filled": (
        f"{A}room.py::test_code_that_fills_the_disk_is_ended_before_it_is_full",
        f"{A}room.py::test_databases_that_fill_the_disk_are_ended_before_it_is_full",
    ),
}


@cache
def _tests(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_attack_is_tried_in_two_ways(kind: str) -> None:
    assert len(set(KINDS[kind])) >= 2
    for named in KINDS[kind]:
        path, _, name = named.partition("::")
        assert name in _tests(path), named


def test_no_kind_is_missing() -> None:
    numbers = {int(word.strip("B,")) for kind in KINDS for word in kind.split() if word.strip("B,").isdigit()}
    assert numbers == set(range(1, 26))
