noinst_LIBRARIES += libformats.a
libformats_a_CPPFLAGS = $(AM_CPPFLAGS) $(XML2_CFLAGS)
libformats_a_SOURCES = \
  src/formats/alert.c src/formats/alert.h src/formats/alert_area.c src/formats/alert_colour.c src/formats/alert_event.c \
  src/formats/alert_fields.c src/formats/alert_head.c src/formats/alert_info.c src/formats/alert_mainland.c src/formats/alert_parts.h \
  src/formats/alert_read.c src/formats/alert_reference.c src/formats/alert_time.c \
  src/formats/csv.c src/formats/csv.h src/formats/csv_write.c src/formats/pasted.c src/formats/pasted.h src/formats/pasted_time.c \
  src/formats/pasted_time.h \
  src/formats/source.c src/formats/source.h src/formats/xml.c src/formats/xml.h src/formats/xml_decode.c
libformats_a_SOURCES += src/formats/short_message.c src/formats/short_message.h
