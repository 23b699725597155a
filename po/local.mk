# Translations, without a po/Makefile of their own: sources are found, not listed, and nothing is written into the source tree.
EXTRA_DIST += po/zh_CN.po po/extract
AM_CPPFLAGS += -DLOCALEDIR='"$(localedir)"'
if HAVE_MSGFMT
chinesedir = $(localedir)/zh_CN/LC_MESSAGES
nodist_chinese_DATA = po/locale/zh_CN/LC_MESSAGES/dutydesk.mo
CLEANFILES += $(nodist_chinese_DATA)
endif

# Laid out as gettext looks for it, so that the program speaks Chinese before it is installed.
po/locale/zh_CN/LC_MESSAGES/dutydesk.mo: po/zh_CN.po
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(MSGFMT) --check -o $@.tmp $(srcdir)/po/zh_CN.po && mv $@.tmp $@

# Brings the sources' msgids into po/zh_CN.po, for the translator.
update-po:
	XGETTEXT='$(XGETTEXT)' $(SHELL) $(srcdir)/po/extract $(srcdir) po/dutydesk.pot
	$(MSGMERGE) --update --backup=none --no-wrap --add-location=file $(srcdir)/po/zh_CN.po po/dutydesk.pot
CLEANFILES += po/dutydesk.pot
.PHONY: update-po
