# DUTYDESK_CFLAGS(FLAGS): adds to AM_CFLAGS those flags that the compiler takes.
AC_DEFUN([DUTYDESK_CFLAGS], [
  for flag in $1; do
    AC_MSG_CHECKING([whether $CC takes $flag])
    saved=$CFLAGS
    CFLAGS="$CFLAGS -Werror $flag"
    AC_COMPILE_IFELSE([AC_LANG_SOURCE([int main(void) { return 0; }])],
      [AC_MSG_RESULT([yes]); AS_VAR_APPEND([AM_CFLAGS], [" $flag"])], [AC_MSG_RESULT([no])])
    CFLAGS=$saved
  done
])

# DUTYDESK_INSTRUMENT(FLAGS): compiles and links everything with them; that the compiler cannot is an error.
AC_DEFUN([DUTYDESK_INSTRUMENT], [
  AC_MSG_CHECKING([whether $CC links with $1])
  saved=$CFLAGS
  CFLAGS="$CFLAGS $1"
  AC_LINK_IFELSE([AC_LANG_SOURCE([int main(void) { return 0; }])], [AC_MSG_RESULT([yes])],
    [AC_MSG_ERROR([$CC cannot build with $1])])
  CFLAGS=$saved
  AS_VAR_APPEND([AM_CFLAGS], [" $1"])
  AS_VAR_APPEND([AM_LDFLAGS], [" $1"])
])

# DUTYDESK_SWITCH(NAME, HELP, WHAT): --enable-NAME, off unless asked for.
AC_DEFUN([DUTYDESK_SWITCH], [
  AC_ARG_ENABLE([$1], [AS_HELP_STRING([--enable-$1], [$2])], [], [enable_$1=no])
  AS_VAR_IF([enable_$1], [yes], [$3])
])

# DUTYDESK_NEED(VAR, MODULE, DEBIAN-PACKAGE): collects what is missing, so that one run names everything.
AC_DEFUN([DUTYDESK_NEED], [PKG_CHECK_MODULES([$1], [$2], [], [AS_VAR_APPEND([missing], [" $3"])])])

# DUTYDESK_NEED_HEADER(VAR, HEADER, LIBRARY, FUNCTION, DEBIAN-PACKAGE): the same for a library without a .pc file.
AC_DEFUN([DUTYDESK_NEED_HEADER], [
  AC_CHECK_HEADER([$2], [AC_CHECK_LIB([$3], [$4], [$1_LIBS=-l$3])])
  AS_IF([test -z "$$1_LIBS"], [AS_VAR_APPEND([missing], [" $5"])])
])

# DUTYDESK_WITH(NAME, VAR, MODULES, WHAT-FOR, DEBIAN-PACKAGE): --with-NAME=auto|yes|no; defines HAVE_VAR; with_NAME ends as yes or no.
AC_DEFUN([DUTYDESK_WITH], [
  AC_ARG_WITH([$1], [AS_HELP_STRING([--with-$1=auto|yes|no], [$4 (auto)])], [], [with_$1=auto])
  AS_CASE([$with_$1], [auto|yes|no], [], [AC_MSG_ERROR([--with-$1 takes auto, yes or no, not $with_$1])])
  AS_VAR_IF([with_$1], [no], [],
    [PKG_CHECK_MODULES([$2], [$3], [with_$1=yes],
      [AS_VAR_IF([with_$1], [yes], [AC_MSG_ERROR([--with-$1 was asked for, but $3 was not found: install $5])])
       with_$1=no])])
  AS_VAR_IF([with_$1], [yes], [AC_DEFINE([HAVE_$2], [1], [Built with $1: $4.])])
])

# DUTYDESK_LAZY(VAR, LIBRARY, USUAL-SONAME, WANTED, LIBS): defines LAZY_VAR to the soname by which the loader finds the library.
# Read from a linked program, not from a run one, so that it works when cross-compiling.
AC_DEFUN([DUTYDESK_LAZY], [
  AS_IF([test "$4" = yes], [
    AC_MSG_CHECKING([for the soname of lib$2])
    saved=$LIBS
    soname=
    LIBS="-Wl,--no-as-needed $5 $LIBS"
    AC_LINK_IFELSE([AC_LANG_SOURCE([int main(void) { return 0; }])],
      [soname=$(${OBJDUMP:-objdump} -p conftest$EXEEXT 2>/dev/null |
        awk -v stem="lib$2.so" '@S|@1 == "NEEDED" && index(@S|@2, stem) == 1 { print @S|@2; exit }')],
      [AC_MSG_ERROR([cannot link with $5])])
    LIBS=$saved
    AS_VAR_IF([soname], [], [soname=$3])
    AC_MSG_RESULT([$soname])
    AC_DEFINE_UNQUOTED([LAZY_$1], ["$soname"], [Name by which the loader finds lib$2.])
  ])
])
