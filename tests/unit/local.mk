# One line adds a test: tests/unit/test_NAME is built from tests/unit/test_NAME.c and linked with every layer and cmocka.
UNIT_TESTS =
UNIT_TESTS += tests/unit/test_data
UNIT_TESTS += tests/unit/test_buf
UNIT_TESTS += tests/unit/test_clock
UNIT_TESTS += tests/unit/test_text
UNIT_TESTS += tests/unit/test_file
UNIT_TESTS += tests/unit/test_json
UNIT_TESTS += tests/unit/test_lazy
UNIT_TESTS += tests/unit/test_i18n
UNIT_TESTS += tests/unit/test_crypto
UNIT_TESTS += tests/unit/test_config
UNIT_TESTS += tests/unit/test_child
UNIT_TESTS += tests/unit/test_alert
UNIT_TESTS += tests/unit/test_csv
UNIT_TESTS += tests/unit/test_page
UNIT_TESTS += tests/unit/test_page_pdf
UNIT_TESTS += tests/unit/test_pasted
UNIT_TESTS += tests/unit/test_short_message
UNIT_TESTS += tests/unit/test_store
UNIT_TESTS += tests/unit/test_body_quick
UNIT_TESTS += tests/unit/test_journal
UNIT_TESTS += tests/unit/test_renew
UNIT_TESTS += tests/unit/test_printer
UNIT_TESTS += tests/unit/test_csv_import
UNIT_TESTS += tests/unit/test_duty
UNIT_TESTS += tests/unit/test_kinds
UNIT_TESTS += tests/unit/test_roster
UNIT_TESTS += tests/unit/test_warning
UNIT_TESTS += tests/unit/test_inbox
UNIT_TESTS += tests/unit/test_warning_rules
UNIT_TESTS += tests/unit/test_warning_feed
UNIT_TESTS += tests/unit/test_handover
UNIT_TESTS += tests/unit/test_session
UNIT_TESTS += tests/unit/test_demo
UNIT_TESTS += tests/unit/test_ladder
UNIT_TESTS += tests/unit/test_relay
UNIT_TESTS += tests/unit/test_entry
UNIT_TESTS += tests/unit/test_alarm
UNIT_TESTS += tests/unit/test_overview
UNIT_TESTS += tests/unit/test_checklist
UNIT_TESTS += tests/unit/test_response
UNIT_TESTS += tests/unit/test_keys
UNIT_TESTS += tests/unit/test_line
UNIT_TESTS += tests/unit/test_exchange

AM_CPPFLAGS += $(CMOCKA_CFLAGS)
if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
LDADD += $(CMOCKA_LIBS)
else
TESTS += tests/unit/skipped
endif
EXTRA_DIST += tests/unit/station.h tests/unit/duty_station.h tests/unit/exchange.h tests/unit/two_machines.h
dist_check_SCRIPTS += tests/unit/skipped
EXTRA_DIST += tests/unit/exchange_pair.h
UNIT_TESTS += tests/unit/test_exchange_lies
