# volpipe: make [all] | deps | demo | test | bench | quality | lint | fuzz | valgrind | install | uninstall | clean
# HACKING.md says what each target does.

PREFIX   ?= /usr/local
CFLAGS   ?= -O2 -g
SANITIZE ?=
BUILD    ?= build$(if $(SANITIZE),/san)
INSTALL  ?= install

VERSION := 0.1.0

WARN := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
# Random forests need XGBoost (libxgboost-dev), which is loaded when one is wanted; without it, or with XGBOOST=no, the rest
# is built and a forest is refused.
XGBOOST ?= $(shell $(CC) $(CPPFLAGS) -E -include xgboost/c_api.h -x c /dev/null > /dev/null 2>&1 && echo yes || echo no)
XGBOOST := $(XGBOOST)
# No fused multiply-add behind our back: the same input must give the same bytes on every CPU.
ALL_CFLAGS := -std=c11 -D_POSIX_C_SOURCE=200809L -Ilib -Itools $(WARN) -ffp-contract=off \
              $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all) \
              $(if $(filter yes,$(XGBOOST)),-DVOL_HAVE_XGBOOST=1) $(CPPFLAGS) $(CFLAGS)
# Only the tools know the version and the place of installation, so that `make install PREFIX=` rebuilds only them.
TOOL_CFLAGS := -DVOLPIPE_VERSION='"$(VERSION)"' -DVOLPIPE_PREFIX='"$(PREFIX)"'
# --as-needed: a tool is linked with the libraries that it uses and no others (a start-up goal).
ALL_LDFLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE)) -Wl,--as-needed $(LDFLAGS)
LIBS := -lcsv -ljansson -lz -lzstd -lsqlite3 -lcurl -lwebsockets -lcrypto -lgsl -lgslcblas -lglpk -larchive -ldl -lm

LIB_SRC   := $(sort $(wildcard lib/*/*.c))
LIB_OBJ   := $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
FRAME     := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard tools/tool*.c)))
TOOLS     := $(patsubst tools/%.c,$(BUILD)/bin/%,$(sort $(wildcard tools/v*.c)))
UNITS     := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
FUZZERS   := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
BENCHES   := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(sort $(wildcard tests/bench/*.c)))
MAN       := $(sort $(wildcard man/*.[157])) $(BUILD)/man/volpipe-records.5
GENERATED := $(BUILD)/man/volpipe-records.5 $(BUILD)/share/schema/stamp $(BUILD)/share/completions/volpipe.bash
TEMPLATE  := $(BUILD)/template/vtemplate

all: $(TOOLS) $(TEMPLATE) $(GENERATED)
units: $(UNITS)
fuzzers: $(FUZZERS)
benches: $(BENCHES)

# ---- compiling and linking -------------------------------------------------------------------------------------

# A file that changes only when the flags do; what was built with other flags is built again.
define write-stamp
@mkdir -p $(@D)
@printf '%s\n' "$$stamp" | cmp -s - $@ || printf '%s\n' "$$stamp" > $@
endef

$(BUILD)/flags: export stamp = $(CC) $(ALL_CFLAGS)
$(BUILD)/flags: FORCE
	$(write-stamp)
$(BUILD)/flags-tools: export stamp = $(TOOL_CFLAGS)
$(BUILD)/flags-tools: FORCE
	$(write-stamp)
$(BUILD)/flags-link: export stamp = $(CC) $(ALL_LDFLAGS) $(LIBS)
$(BUILD)/flags-link: FORCE
	$(write-stamp)
# The set of sources: a file that goes away leaves the library too.
$(BUILD)/sources: export stamp = $(LIB_SRC)
$(BUILD)/sources: FORCE
	$(write-stamp)

$(BUILD)/libvol.a: $(LIB_OBJ) $(BUILD)/sources
	@rm -f $@
	$(AR) rcs $@ $(LIB_OBJ)

LINK = $(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)

$(TOOLS): $(BUILD)/bin/%: $(BUILD)/obj/tools/%.o
$(TEMPLATE): $(BUILD)/obj/tools/template.o
$(TOOLS) $(TEMPLATE): $(FRAME) $(BUILD)/libvol.a $(BUILD)/flags-link
	@mkdir -p $(@D)
	$(LINK)

$(BUILD)/mk/fields: $(BUILD)/obj/tools/mk/fields.o $(BUILD)/libvol.a $(BUILD)/flags-link
	@mkdir -p $(@D)
	$(LINK)

$(UNITS) $(FUZZERS) $(BENCHES): $(BUILD)/%: $(BUILD)/obj/tests/%.o $(BUILD)/libvol.a $(BUILD)/flags-link
	@mkdir -p $(@D)
	$(LINK)

$(BUILD)/obj/tools/%.o: tools/%.c $(BUILD)/flags $(BUILD)/flags-tools
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(TOOL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# ---- what is made from the tables of the code ------------------------------------------------------------------

$(BUILD)/man/volpipe-records.5: man/volpipe-records.5.in $(BUILD)/mk/fields
	@mkdir -p $(@D)
	$(BUILD)/mk/fields mdoc > $@.fields
	sed -e '/^@FIELDS@$$/{r $@.fields' -e 'd}' $< > $@
	@rm -f $@.fields

$(BUILD)/share/schema/stamp: $(BUILD)/mk/fields
	@mkdir -p $(@D)
	$(BUILD)/mk/fields schema $(@D)
	@touch $@

$(BUILD)/share/completions/volpipe.bash: tools/mk/completion.sh share/completions/volpipe.bash.in $(TOOLS) \
    $(wildcard share/*/*.json)
	@mkdir -p $(@D)
	sh tools/mk/completion.sh share/completions/volpipe.bash.in $(TOOLS) > $@.new
	@mv $@.new $@

# ---- set-up, demo, tests ---------------------------------------------------------------------------------------

deps:
	sh tools/mk/deps.sh build optional
deps-test:
	sh tools/mk/deps.sh build test
deps-lint:
	sh tools/mk/deps.sh lint
deps-bench:
	sh tools/mk/deps.sh build bench

# Each installs its tier only where something is missing, then builds in a second make: the libraries must be there
# before the first file is compiled.
demo:
	@sh tools/mk/deps.sh --if-missing build
	@$(MAKE) -s $(JOBS) all
	sh examples/demo.sh

# On every core, unless the user has said how many.
JOBS = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc 2> /dev/null || echo 1))

test:
	@sh tools/mk/deps.sh --if-missing build test
	@$(MAKE) -s $(JOBS) all units
	@$(MAKE) -s $(JOBS) SANITIZE=address,undefined BUILD=$(BUILD)/san all units fuzzers
	bash tests/run.sh $(TESTS)

bench:
	@sh tools/mk/deps.sh --if-missing build bench
	@$(MAKE) -s all benches
	python3 tests/bench/run.py

lint:
	@sh tools/mk/deps.sh --if-missing build test lint
	@$(MAKE) -s all
	bash tests/run.sh lint

# How well the surfaces fit the real chains of the data folder, and what regimes its history had; the tables are kept.
quality:
	@$(MAKE) -s all $(BUILD)/bench/regime_walk
	@for page in quality regimes forecast; do \
	    python3 tests/quality/$$page.py > tests/quality/$$page.md.new || exit 1; \
	    mv tests/quality/$$page.md.new tests/quality/$$page.md; \
	done

FUZZ_SECONDS ?= 60
fuzz:
	@$(MAKE) -s SANITIZE=address,undefined BUILD=$(BUILD)/san fuzzers
	bash tests/fuzz/run.sh $(FUZZ_SECONDS)

valgrind:
	@sh tools/mk/deps.sh --if-missing build test
	@$(MAKE) -s all units fuzzers
	bash tests/run.sh valgrind

# ---- installing ------------------------------------------------------------------------------------------------

bindir     = $(DESTDIR)$(PREFIX)/bin
libdir     = $(DESTDIR)$(PREFIX)/lib
includedir = $(DESTDIR)$(PREFIX)/include/volpipe
mandir     = $(DESTDIR)$(PREFIX)/share/man
sharedir   = $(DESTDIR)$(PREFIX)/share/volpipe
bashdir    = $(DESTDIR)$(PREFIX)/share/bash-completion/completions

# Not the lanes of the vector kernels: they are one source compiled several times, and no interface.
HEADERS    := $(filter-out lib/price/lanes% lib/surface/lanes%,$(sort $(wildcard lib/*/*.h)))
SHARE      := $(filter-out share/completions/%,$(sort $(wildcard share/*/*)))
TOOL_NAMES := $(notdir $(TOOLS))

install: all
	$(INSTALL) -d $(bindir) $(libdir)/pkgconfig $(bashdir) $(sharedir)/schema
	$(INSTALL) -m 755 $(TOOLS) $(bindir)
	$(INSTALL) -m 644 $(BUILD)/libvol.a $(libdir)
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@LIBS@|$(LIBS)|' tools/mk/volpipe.pc.in \
	    > $(libdir)/pkgconfig/volpipe.pc
	for f in $(HEADERS:lib/%=%); do $(INSTALL) -D -m 644 lib/$$f $(includedir)/$$f || exit 1; done
	for f in $(SHARE:share/%=%); do $(INSTALL) -D -m 644 share/$$f $(sharedir)/$$f || exit 1; done
	$(INSTALL) -m 644 $(BUILD)/share/schema/*.json $(sharedir)/schema
	for f in $(MAN); do \
	    $(INSTALL) -D -m 644 $$f $(mandir)/man$${f##*.}/$${f##*/} || exit 1; done
	$(INSTALL) -m 644 $(BUILD)/share/completions/volpipe.bash $(bashdir)/volpipe
	for t in $(TOOL_NAMES); do ln -sf volpipe $(bashdir)/$$t || exit 1; done

uninstall:
	for t in $(TOOL_NAMES); do rm -f $(bindir)/$$t $(bashdir)/$$t || exit 1; done
	rm -f $(bashdir)/volpipe $(libdir)/libvol.a $(libdir)/pkgconfig/volpipe.pc
	for f in $(MAN); do rm -f $(mandir)/man$${f##*.}/$${f##*/} || exit 1; done
	rm -rf $(includedir) $(sharedir)

clean:
	rm -rf build

FORCE:
.PHONY: all units fuzzers benches deps deps-test deps-lint deps-bench demo test bench quality lint fuzz valgrind install \
        uninstall clean FORCE
.SECONDARY:
.DELETE_ON_ERROR:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
