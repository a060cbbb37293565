# volpipe: make [all] | deps | demo | test | bench | lint | fuzz | install | clean      (see HACKING.md)

CC       ?= cc
CFLAGS   ?= -O2 -g
PREFIX   ?= /usr/local
SANITIZE ?=
BUILD    ?= build$(if $(SANITIZE),/san)

VERSION := 0.1.0

WARN := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
# No fused multiply-add behind our back: the same input must give the same bytes on every CPU.
ALL_CFLAGS := -std=c11 -D_POSIX_C_SOURCE=200809L -Ilib -Itools $(WARN) -ffp-contract=off \
              -DVOLPIPE_VERSION='"$(VERSION)"' -DVOLPIPE_PREFIX='"$(PREFIX)"' \
              $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all) $(CFLAGS)
# --as-needed: a tool is linked with the libraries that it uses and no others (a start-up goal).
ALL_LDFLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE)) -Wl,--as-needed $(LDFLAGS)
LIBS := -lcsv -ljansson -lz -lzstd -lsqlite3 -lcurl -lgsl -lgslcblas -lm

LIB_SRC  := $(wildcard lib/*/*.c)
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
TOOL_SRC := $(wildcard tools/v*.c)
TOOLS    := $(TOOL_SRC:tools/%.c=$(BUILD)/bin/%)
UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNITS    := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)

all: $(TOOLS)

units: $(UNITS)

$(BUILD)/libvol.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/bin/%: $(BUILD)/obj/tools/%.o $(BUILD)/obj/tools/tool.o $(BUILD)/libvol.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(BUILD)/libvol.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

clean:
	rm -rf build

.PHONY: all units clean
.SECONDARY:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
