noinst_LIBRARIES += libsync.a
libsync_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBPQ_CFLAGS) $(ZSTD_CFLAGS)
libsync_a_SOURCES =
libsync_a_SOURCES += src/sync/sync.h src/sync/exchange.h src/sync/wire.h
