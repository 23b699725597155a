noinst_LIBRARIES += libsync.a
libsync_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBPQ_CFLAGS) $(ZSTD_CFLAGS)
libsync_a_SOURCES =
libsync_a_SOURCES += src/sync/sync.h src/sync/exchange.h src/sync/wire.h
libsync_a_SOURCES += src/sync/wire.c src/sync/wire_run.c src/sync/wire_stream.c
libsync_a_SOURCES += src/sync/sender.c src/sync/taker.c
libsync_a_SOURCES += src/sync/exchange.c src/sync/exchange_fork.c src/sync/exchange_greet.c src/sync/exchange_inside.h
libsync_a_SOURCES += src/sync/hub.c src/sync/hub.h src/sync/hub_postgres.c src/sync/hub_postgres.h src/sync/hub_value.c
libsync_a_SOURCES += src/sync/hub_push.c src/sync/hub_pull.c src/sync/hub_fork.c src/sync/hub_receipt.c
libsync_a_SOURCES += src/sync/hub_admin.c src/sync/hub_publish.c src/sync/hub_desk.h
libsync_a_SOURCES += src/sync/sync.c src/sync/ways.h src/sync/enrol.c src/sync/follow.c src/sync/status.c src/sync/line.c src/sync/line.h src/sync/ssh.c src/sync/ssh.h
libsync_a_SOURCES += src/sync/bundle.h src/sync/bundle_inside.h src/sync/bundle_receipt.c src/sync/bundle_read.c src/sync/bundle_write.c src/sync/dir.c
libsync_a_SOURCES += src/sync/stick.c src/sync/stick.h

