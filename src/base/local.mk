noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
  src/base/buf.c src/base/buf.h \
  src/base/child.c src/base/child.h \
  src/base/clock.c src/base/clock.h \
  src/base/clock_parse.c \
  src/base/config.c src/base/config.h \
  src/base/config_default.c \
  src/base/config_ini.c \
  src/base/config_options.c \
  src/base/crypto.c src/base/crypto.h \
  src/base/crypto_seal.c src/base/crypto_seal.h \
  src/base/data.h \
  src/base/err.c src/base/err.h \
  src/base/file.c src/base/file.h \
  src/base/file_system.c \
  src/base/i18n.c src/base/i18n.h \
  src/base/i18n_phrase.c \
  src/base/json.c src/base/json.h \
  src/base/lazy.c src/base/lazy.h \
  src/base/mem.c src/base/mem.h \
  src/base/parts.c src/base/parts.h \
  src/base/text.c src/base/text.h \
  src/base/text_ambiguous.c \
  src/base/text_convert.c \
  src/base/text_layout.c
