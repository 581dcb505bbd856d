// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "patchseek/manual/page.hpp"

/// Scripts that complete a command line. Words of an index come out of mail that anybody may have sent: they are read
/// line by line into arrays, and nothing is done with them that a shell would expand (no eval, no compgen -W).
namespace patchseek::manual {
namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

/// In single quotes, as sh and zsh have them.
std::string in_quotes(std::string_view text) { return '\'' + replaced(std::string(text), "'", "'\\''") + '\''; }

std::vector<std::string> spellings(const Option& option) {
    std::vector<std::string> out{"--" + std::string(option.name)};
    if (option.letter != '\0') out.push_back(std::string("-") + option.letter);
    return out;
}

constexpr std::string_view kBashWords = R"sh(
    # Words of a query: bash has cut them at each ':', which is put right here.
    local line=${COMP_LINE:0:COMP_POINT} lead= word strip=
    word=${line##*[[:blank:]]}
    if [[ $cur == [\'\"]* ]]; then
        cur=${cur:1}
        word=${cur##*[[:blank:]]}
        lead=${cur%"$word"}
    elif [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
        strip=${word%"${word##*:}"}
    fi
    local -a found
    mapfile -t found < <(@PROGRAM@ --complete "$word" 2>/dev/null)
    compopt -o nospace 2>/dev/null
    for item in "${found[@]}"; do
        COMPREPLY+=("$lead${item#"$strip"}")
    done
)sh";

std::string bash(std::string_view program, std::span<const Option> options, bool words) {
    const std::string name = replaced(std::string(program), "-", "_");
    std::string all, cases;
    for (const Option& option : options) {
        if (option.hidden) continue;
        std::string pattern;
        for (const std::string& one : spellings(option)) {
            (all += ' ') += one;
            (pattern += pattern.empty() ? "" : "|") += one;
        }
        if (option.takes == Takes::nothing || option.optional) continue;
        cases += "        " + pattern + ")\n            ";
        if (option.takes == Takes::file || option.takes == Takes::folder)
            cases += std::string("compopt -o filenames; mapfile -t COMPREPLY < <(compgen -") +
                     (option.takes == Takes::file ? "f" : "d") + " -- \"$cur\")\n            return ;;\n";
        else if (option.takes == Takes::words) {
            cases += "choices=(";
            for (const std::string& word : option.words) cases += (cases.ends_with('(') ? "" : " ") + word;
            cases += ") ;;\n";
        } else {
            cases += "return ;;\n";
        }
    }
    std::string out = "# bash completion for " + std::string(program) + ", made from its table of options\n_" + name +
                      "() {\n"
                      "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} item\n"
                      "    local -a choices=()\n    COMPREPLY=()\n    case $prev in\n" +
                      cases +
                      "    esac\n"
                      "    [[ ${#choices[@]} -eq 0 && ( $cur == - || $cur == --* ) ]] && choices=(" +
                      all.substr(1) +
                      ")\n"
                      "    if [[ ${#choices[@]} -gt 0 ]]; then\n"
                      "        for item in \"${choices[@]}\"; do\n"
                      "            [[ $item == \"$cur\"* ]] && COMPREPLY+=(\"$item\")\n"
                      "        done\n        return\n    fi";
    out += words ? replaced(std::string(kBashWords), "@PROGRAM@", program)
                 : "\n    compopt -o filenames\n    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n";
    return out + "}\ncomplete -F _" + name + ' ' + std::string(program) + '\n';
}

/// What zsh's _arguments reads in a help text or a list as its own is written so that it does not.
std::string for_zsh(std::string text) {
    for (const char* sign : {"\\", "[", "]", ":", "$", "`"}) text = replaced(text, sign, std::string("\\") + sign);
    return text;
}

std::string zsh(std::string_view program, std::span<const Option> options, bool words) {
    const std::string name = replaced(std::string(program), "-", "_");
    std::string out = "#compdef " + std::string(program) + "\n# made from its table of options\n\n";
    if (words)
        out += "_" + name +
               "_words() {\n"
               "    local -a found\n"
               "    local word=${(Q)PREFIX}\n"
               "    local lead=${word%${word##*[[:blank:]]}}\n"
               "    found=(\"${(@f)$(" +
               std::string(program) +
               " --complete \"${word##*[[:blank:]]}\" 2>/dev/null)}\")\n"
               "    found=(\"${(@)found:#}\")\n"
               "    (( $#found )) && compadd -S '' -- \"${(@)found/#/$lead}\"\n"
               "}\n\n";
    out += "_" + name + "() {\n    _arguments -s -S";
    for (const Option& option : options) {
        if (option.hidden) continue;
        std::string action;
        if (option.takes != Takes::nothing) {
            action = (option.optional ? "::" : ":") + for_zsh(std::string(option.value)) + ':';
            if (option.takes == Takes::file) action += "_files";
            if (option.takes == Takes::folder) action += "_files -/";
            if (option.takes == Takes::words) {
                action += '(';
                for (const std::string& word : option.words) action += (action.ends_with('(') ? "" : " ") + word;
                action += ')';
            }
        }
        for (const std::string& one : spellings(option))
            out += " \\\n        " + in_quotes(one + '[' + for_zsh(option.help) + ']' + action);
    }
    out +=
        words ? " \\\n        '*:query:_" + name + "_words'\n}\n" : std::string(" \\\n        '*:archive:_files'\n}\n");
    return out + "\n_" + name + " \"$@\"\n";
}

std::string for_fish(std::string_view text) {
    return '\'' + replaced(replaced(std::string(text), "\\", "\\\\"), "'", "\\'") + '\'';
}

std::string fish(std::string_view program, std::span<const Option> options, bool words) {
    const std::string begin = "complete -c " + std::string(program);
    std::string out = "# fish completion for " + std::string(program) + ", made from its table of options\n";
    if (words)
        out += "function __" + replaced(std::string(program), "-", "_") +
               "_words\n"
               "    set -l word (commandline -ct | string trim -l -c \"'\\\"\")\n"
               "    set -l last (string match -r '[^ ]*$' -- $word)\n"
               "    set -l lead (string sub -l (math (string length -- \"$word\") - (string length -- \"$last\")) -- "
               "\"$word\")\n"
               "    for item in (" +
               std::string(program) +
               " --complete \"$last\" 2>/dev/null)\n        echo -- \"$lead$item\"\n    end\nend\n" + begin +
               " -f -a '(__" + replaced(std::string(program), "-", "_") + "_words)'\n";
    for (const Option& option : options) {
        if (option.hidden) continue;
        out += begin + " -l " + std::string(option.name);
        if (option.letter != '\0') out += std::string(" -s ") + option.letter;
        switch (option.takes) {
            case Takes::nothing: break;
            case Takes::file: out += " -r -F"; break;
            case Takes::folder: out += " -x -a '(__fish_complete_directories)'"; break;
            case Takes::words: {
                std::string list;
                for (const std::string& word : option.words) list += (list.empty() ? "" : " ") + word;
                out += " -x -a " + for_fish(list);
                break;
            }
            default: out += option.optional ? "" : " -x";
        }
        out += " -d " + for_fish(option.help) + '\n';
    }
    return out;
}

}  // namespace

std::string completion(std::string_view shell, std::string_view program, std::span<const Option> options, bool words) {
    if (shell == "bash") return bash(program, options, words);
    if (shell == "zsh") return zsh(program, options, words);
    if (shell == "fish") return fish(program, options, words);
    return {};
}

}  // namespace patchseek::manual
