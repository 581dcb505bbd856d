// SPDX-License-Identifier: GPL-2.0-or-later
#include "query/lexer.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace patchseek;

namespace {

std::string lexed(std::string_view query) {
    const auto lexemes = query::lex(query);
    if (lexemes) return query::print(*lexemes);
    return std::to_string(lexemes.error().offset) + ": " + lexemes.error().message;
}

struct Case {
    const char* name;
    const char* query;
    const char* expected;
};

void check(std::initializer_list<Case> cases) {
    for (const Case& c : cases) {
        CAPTURE(c.name);
        CHECK(lexed(c.query) == c.expected);
    }
}

}  // namespace

TEST_CASE("what is a sign and what is text") {
    check({
        {"words", "foo bar", "word:foo word:bar"},
        {"any blank separates",
         "a\tb\nc\xC2\xA0"
         "d\xE3\x80\x80"
         "e",
         "word:a word:b word:c word:d word:e"},
        {"code stays whole", "C++ #define a[i] foo->bar $(VAR) foo(bar) kmalloc()",
         "word:C++ word:#define word:a[i] word:foo->bar word:$(VAR) word:foo(bar) word:kmalloc()"},
        {"errno", "return -EINVAL", "word:return word:-EINVAL"},
        {"negative number", "-1", "word:-1"},
        {"arrow", "->foo", "word:->foo"},
        {"two dashes", "--foo", "word:--foo"},
        {"dash and underscore", "-__free", "word:-__free"},
        {"dash alone", "a - b", "word:a word:- word:b"},
        {"excluded word", "-foo", "- word:foo"},
        {"excluded phrase", "-\"a b\"", "- phrase:\"a b\""},
        {"excluded group", "-(a b)", "- ( word:a word:b )"},
        {"excluded word outside ASCII", "-\xC3\x84rger", "- word:\xC3\x84rger"},
        {"dash before a sign outside ASCII is text", "-\xE2\x86\x92", "word:-\xE2\x86\x92"},
        {"excluded field in capitals", "-S:foo", "- subject:word:foo"},
        {"capitals that are no field", "-KVM: foo", "word:-KVM word:foo"},
        {"required", "+foo +Bar +\"a\" +(b) +s:c",
         "+ word:foo + word:Bar + phrase:\"a\" + ( word:b ) + subject:word:c"},
        {"plus that is text", "+1 ++i +", "word:+1 word:++i word:+"},
        {"sign inside a word", "a-b a+b", "word:a-b word:a+b"},
        {"minus after a bracket", "(-foo)", "( - word:foo )"},
        {"star alone", "*", "all"},
        {"star in brackets", "(*)", "( all )"},
        {"prefix", "vcpu* a_* \xC3\xA4*", "prefix:vcpu prefix:a_ prefix:\xC3\xA4"},
        {"star elsewhere is text", "*lock spin_*lock x.* ** foo**",
         "word:*lock word:spin_*lock word:x.* word:** word:foo**"},
        {"prefix before a comma", "vcpu*, x", "prefix:vcpu word:x"},
    });
}

TEST_CASE("brackets are syntax at the start of a word only") {
    check({
        {"group", "(a OR b)", "( word:a OR word:b )"},
        {"close to a word", "((a) (b))", "( ( word:a ) ( word:b ) )"},
        {"call in a group", "(foo(a) OR b())", "( word:foo(a) OR word:b() )"},
        {"call over two words", "kmalloc(size, GFP_KERNEL)", "word:kmalloc(size word:GFP_KERNEL)"},
        {"the same in a group", "(kmalloc(a, b) OR c)", "( word:kmalloc(a word:b) OR word:c )"},
        {"operator right before a group", "NOT(a) AND(b) NEAR/3(c)", "NOT ( word:a ) AND ( word:b ) NEAR/3 ( word:c )"},
        {"other brackets are text", "[PATCH] {a} <b>", "word:[PATCH] word:{a} word:<b>"},
        {"unclosed", "a (b c", "2: unclosed '('"},
        {"unclosed inside", "(a (b", "3: unclosed '('"},
        {"unclosed field group", "x file:(b", "7: unclosed '('"},
        {"one too many", "(a) b)", "5: ')' without '('; as text it needs quotes"},
        {"one too many alone", "a )", "2: ')' without '('; as text it needs quotes"},
        {"smiley", "thanks :)", "8: ')' without '('; as text it needs quotes"},
    });
}

TEST_CASE("quotes") {
    check({
        {"phrase", "\"foo bar\"", "phrase:\"foo bar\""},
        {"quote inside", "\"a \\\"b\\\" c\"", "phrase:\"a \"b\" c\""},
        {"other backslashes stay", "\"a\\n\"", "phrase:\"a\\n\""},
        {"inside a word it is text", "a\"b c\"", "word:a\"b word:c\""},
        {"operators inside are text", "\"a AND (b\"", "phrase:\"a AND (b\""},
        {"comma after it", "\"a\", b", "phrase:\"a\" word:b"},
        {"in a group", "(\"a b\")", "( phrase:\"a b\" )"},
        {"unclosed", "a \"b", "2: unclosed quote, did you mean '\"b\"'?"},
        {"unclosed by a quote inside", "\"b\\\"", "0: unclosed quote, did you mean '\"b\\\"\"'?"},
        {"empty", "\"\"", "0: nothing between the quotes"},
        {"blank", "s:\"  \"", "2: nothing between the quotes"},
        {"star after it", "\"a b\"*", "5: a '*' ends a word, not a phrase"},
        {"raw value goes on", "file:\"a\"b", "8: the quotes must hold the whole value"},
    });
}

TEST_CASE("operators are whole words in capitals") {
    check({
        {"all of them", "a AND b OR c XOR d NOT e", "word:a AND word:b OR word:c XOR word:d NOT word:e"},
        {"lower case", "a and b Or c", "word:a word:and word:b word:Or word:c"},
        {"in a word", "ANDROID ORDER NOTIFY NEARBY AND_x",
         "word:ANDROID word:ORDER word:NOTIFY word:NEARBY word:AND_x"},
        {"with a comma", "AND, b", "word:AND word:b"},
        {"default distance", "a NEAR b ADJ c", "word:a NEAR/10 word:b ADJ/10 word:c"},
        {"distance", "a NEAR/3 b ADJ/1000 c", "word:a NEAR/3 word:b ADJ/1000 word:c"},
        {"value of a field", "s:AND", "subject:word:AND"},
        {"in a field group", "s:(a AND b)", "subject:( subject:word:a AND subject:word:b )"},
        {"distance over the limit", "a NEAR/1001 b", "7: the distance of NEAR and ADJ is at most 1000"},
        {"distance beyond numbers", "a ADJ/99999999999999999999999 b",
         "6: the distance of NEAR and ADJ is at most 1000"},
        {"distance 0", "a ADJ/0 b", "6: bad distance, write ADJ/5; as text it needs quotes"},
        {"no distance", "a NEAR/ b", "7: bad distance, write NEAR/5; as text it needs quotes"},
        {"no number", "NEAR/x", "5: bad distance, write NEAR/5; as text it needs quotes"},
    });
}

TEST_CASE("literals and expressions are taken as written") {
    check({
        {"literal", "lit:\"if (!a->b)\"", "lit:\"if (!a->b)\""},
        {"escapes of quotes", "lit:\"\\\"a\\\\b\\n\"", "lit:\"\"a\\b\\n\""},
        {"only punctuation", "lit:\"});\"", "lit:\"});\""},
        {"folded", "lit:\"a\"i LIT:\"b\"I", "lit:\"a\"i lit:\"b\"i"},
        {"without quotes", "lit:a->b(c)", "lit:\"a->b(c)\""},
        {"without quotes in a bracket", "(lit:a(b) x)", "( lit:\"a(b)\" word:x )"},
        {"expression", "re:/a b\\/[\"]/ x", "re:/a b\\/[\"]/ word:x"},
        {"folded expression", "re:/a/i", "re:/a/i"},
        {"scoped", "added:re:/x/ s:lit:\"y\" file:lit:z", "added:re:/x/ subject:lit:\"y\" file:lit:\"z\""},
        {"scoped to a trailer", "trailer:x:lit:\"y\" reviewed:re:/z/", "trailer:x:lit:\"y\" reviewed:re:/z/"},
        {"in a field's bracket", "added:(lit:\"x\" y)", "added:( added:lit:\"x\" added:word:y )"},
        {"excluded", "-lit:\"x\" -re:/y/", "- lit:\"x\" - re:/y/"},
        {"line ends", "lit:\"a\nb\"", "lit:\"a b\""},
        {"pasted subject", "Re: x", "word:Re word:x"},
        {"one hunk", "hunk:(a b) in:(hunk:(a))", "hunk:( word:a word:b ) in:( hunk:( word:a ) )"},
        {"no slash", "re:x", "3: an expression stands between slashes, did you mean 're:/x/'?"},
        {"unclosed expression", "x re:/a\\/", "5: unclosed '/' of an expression"},
        {"unclosed literal", "lit:\"a\\\"", "4: unclosed quote"},
        {"nothing in it", "lit:\"\"", "4: nothing between the quotes"},
        {"no expression", "re://", "3: nothing between the slashes"},
        {"slash in an expression", "re:/a/b/",
         "6: only 'i' may stand behind the last '/'; inside an expression a slash is written '\\/'"},
        {"quote in a literal", "lit:\"a\"b\"",
         "7: only 'i' may stand behind the last '\"'; inside a literal a quote is written '\\\"'"},
        {"not text", "date:lit:x", "5: 'lit:' and 're:' look into text, paths and ids, not into 'date:'"},
        {"not stored", "n:re:/x/", "2: 'lit:' and 're:' look into text, paths and ids, not into 'attachment:'"},
        {"no bracket", "hunk:x", "5: 'hunk:' takes brackets, did you mean 'hunk:(x)'?"},
        {"hunk in hunk", "hunk:(a hunk:(b))", "8: 'hunk:( )' inside 'hunk:( )'"},
        {"file in hunk", "hunk:(a (in:(b)))", "9: 'in:( )' inside 'hunk:( )'"},
        {"hunk in a field", "added:(hunk:(b))", "7: 'hunk:( )' inside 'added:( )'"},
    });
}

TEST_CASE("a colon makes a field or stays text") {
    check({
        {"field", "subject:foo", "subject:word:foo"},
        {"alias in capitals", "S:foo", "subject:word:foo"},
        {"phrase", "s:\"a b\"", "subject:phrase:\"a b\""},
        {"group", "s:(a \"b c\")", "subject:( subject:word:a subject:phrase:\"b c\" )"},
        {"group in a group", "s:((a) b)", "subject:( subject:( subject:word:a ) subject:word:b )"},
        {"exists", "s:* file:* date:* trailer:*", "subject:exists file:exists date:exists trailer:exists"},
        {"exists in a group", "s:(*)", "subject:( subject:exists )"},
        {"dash after the colon is text", "added:-foo", "added:word:-foo"},
        {"subject prefix", "KVM: arm64", "word:KVM word:arm64"},
        {"scope", "std::vector file::x", "word:std::vector word:file::x"},
        {"address", "https://a.b/c?d file://x", "word:https://a.b/c?d word:file://x"},
        {"time", "10:30", "word:10:30"},
        {"path and colon", "drm/i915:foo", "word:drm/i915:foo"},
        {"planned name as text", "Re: x", "word:Re word:x"},
        {"colon in a value", "s:a:b", "subject:word:a:b"},
        {"path is raw", "file:/a/**/*_b.c, file:-x", "file:value:/a/**/*_b.c, file:value:-x"},
        {"path group", "file:(a.c OR b(1).c -(x))",
         "file:( file:value:a.c OR file:value:b(1).c - file:( file:value:x ) )"},
        {"quoted path", "file:\"a b\"", "file:value:a b"},
        {"id keeps its marks", "id:<a.@b>", "id:value:<a.@b>"},
        {"trailer", "trailer:Foo", "trailer:foo:exists"},
        {"trailer and words", "trailer:Foo-By:bar trailer:x:\"a b\" trailer:x:* trailer:x:y*",
         "trailer:foo-by:word:bar trailer:x:phrase:\"a b\" trailer:x:exists trailer:x:prefix:y"},
        {"trailer group", "trailer:x:(a b)", "trailer:x:( trailer:x:word:a trailer:x:word:b )"},
        {"unknown in a raw group is a value", "id:(x:y@z)", "id:( id:value:x:y@z )"},
        {"nothing after", "subject: foo", "8: nothing after 'subject:', did you mean 'subject:foo'?"},
        {"nothing after at the end", "foo f:", "6: nothing after 'f:'"},
        {"nothing after in a group", "(file:)", "6: nothing after 'file:'"},
        {"a literal of nothing", "foo lit:", "8: nothing after 'lit:'"},
        {"a literal behind a blank", "Lit: foo", "4: nothing after 'Lit:', did you mean 'Lit:foo'?"},
        {"a literal of nothing in a group", "(lit:)", "5: nothing after 'lit:'"},
        {"a literal of nothing in a field", "added:lit: x",
         "10: nothing after 'added:lit:', did you mean 'added:lit:x'?"},
        {"a literal of a bracket", "lit:)", "4: nothing after 'lit:'"},
        {"nothing after a trailer's name", "trailer:x: a",
         "10: nothing after 'trailer:x:', did you mean 'trailer:x:a'?"},
        {"trailer without a name", "trailer: x",
         "8: 'trailer:' needs a name, as in trailer:fixes or trailer:fixes:words"},
        {"odd trailer name", "trailer:a/b", "9: a trailer's name is letters, digits and '-'"},
        {"misspelt", "mmap fiel:x", "5: unknown field 'fiel', did you mean 'file:'?"},
        {"misspelt after a sign", "-fiel:x", "1: unknown field 'fiel', did you mean 'file:'?"},
        {"begun", "attach:x", "0: unknown field 'attach', did you mean 'attachment:'?"},
        {"like nothing", "KVM:arm64", "0: unknown field 'KVM'; to search for it as text, quote it"},
        {"like a trailer", "Signed-off-by:x", "0: unknown field 'Signed-off-by', did you mean 'signed:'?"},
        {"field in a field", "s:(a from:b)", "5: field 'from:' inside 'subject:( )'"},
    });
}

TEST_CASE("braces hold a query behind some fields and are text elsewhere") {
    check({
        {"braces", "thread:{a b}", "thread:{ word:a word:b )"},
        {"blanks", "series:{ s:a } b", "series:{ subject:word:a ) word:b"},
        {"nested", "thread:{a series:{b} c}", "thread:{ word:a series:{ word:b ) word:c )"},
        {"brackets in braces", "thread:{(a OR b) f(x)}", "thread:{ ( word:a OR word:b ) word:f(x) )"},
        {"braces in brackets", "(thread:{a} b)", "( thread:{ word:a ) word:b )"},
        {"braces that are text in braces", "thread:{struct x{} if {y} z}",
         "thread:{ word:struct word:x{} word:if word:{y} word:z )"},
        {"loose ones", "thread:{if { x } y}", "thread:{ word:if word:{ word:x word:} word:y )"},
        {"values", "thread:{file:a.c} thread:{id:x@y file:{b}}",
         "thread:{ file:value:a.c ) thread:{ id:value:x@y file:value:{b} )"},
        {"a value with a bracket", "thread:{file:a)}", "thread:{ file:value:a) )"},
        {"patterns", "thread:{lit:a} thread:{re:/b{2}/ lit:\"}\"}",
         "thread:{ lit:\"a\" ) thread:{ re:/b{2}/ lit:\"}\" )"},
        {"hunk", "thread:{hunk:(a b)}", "thread:{ hunk:( word:a word:b ) )"},
        {"signs", "-thread:{a} +series:{-b}", "- thread:{ word:a ) + series:{ - word:b )"},
        {"ids", "thread:<a@b> series:(c@d OR e@f)",
         "thread:value:<a@b> series:( series:value:c@d OR series:value:e@f )"},
        {"elsewhere", "a{b} {c} s:{d} file:{e}", "word:a{b} word:{c} subject:word:{d} file:value:{e}"},
        {"unclosed", "a thread:{b", "9: unclosed '{'"},
        {"unclosed inside", "thread:{a series:{b}", "7: unclosed '{'"},
        {"unclosed by a bracket", "thread:{a)", "9: ')' without '('; as text it needs quotes"},
        {"bracket that a brace does not close", "thread:{(a}", "8: unclosed '('"},
        {"closed twice", "thread:{a} }", "thread:{ word:a ) word:}"},
        {"of a hunk", "hunk:(thread:{a})", "6: 'thread:{ }' is of whole messages, not of a part of one"},
        {"field in a field", "s:(thread:{a})", "3: field 'thread:' inside 'subject:( )'"},
        {"nothing for lit", "thread:{lit:}", "12: nothing after 'lit:'"},
    });
}

TEST_CASE("the marks of a sentence are cut from the end of a word") {
    check({
        {"each", "a, b. c; x: e! f? g", "word:a word:b word:c word:x word:e word:f word:g"},
        {"many", "wait... what?!", "word:wait word:what"},
        {"after a call", "foo(); bar().", "word:foo() word:bar()"},
        {"inside", "e.g. a,b", "word:e.g word:a,b"},
        {"nothing else", "... ?", "word:... word:?"},
        {"of a field's words", "s:foo, b", "subject:word:foo word:b"},
        {"not of exact values", "list:foo. v:3", "list:value:foo. v:value:3"},
    });
}

TEST_CASE("places of a token") {
    const auto lexemes = query::lex("ab -s:\"x y\", file:/k*");
    REQUIRE(lexemes);
    REQUIRE(lexemes->size() == 4);
    struct Place {
        std::size_t begin, end, text_begin;
    };
    const Place expected[] = {{0, 2, 0}, {3, 4, 0}, {4, 11, 7}, {13, 21, 18}};
    for (std::size_t i = 0; i < 4; ++i) {
        CAPTURE(i);
        CHECK((*lexemes)[i].begin == expected[i].begin);
        CHECK((*lexemes)[i].end == expected[i].end);
        CHECK((*lexemes)[i].text_begin == expected[i].text_begin);
    }
}
