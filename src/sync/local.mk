noinst_LIBRARIES += libsync.a
libsync_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBPQ_CFLAGS) $(ZSTD_CFLAGS)
libsync_a_SOURCES =
libsync_a_SOURCES += src/sync/sync.h src/sync/exchange.h src/sync/wire.h
libsync_a_SOURCES += src/sync/wire.c src/sync/wire_run.c src/sync/wire_stream.c
libsync_a_SOURCES += src/sync/sender.c src/sync/taker.c
libsync_a_SOURCES += src/sync/exchange.c src/sync/exchange_fork.c src/sync/exchange_greet.c src/sync/exchange_inside.h
