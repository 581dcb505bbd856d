#include <set>

#include "document.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"

namespace patchseek::document {
namespace {

// Two spellings of a list are one term.
std::set<std::string> list_terms(const store::Record& record) {
    std::set<std::string> out;
    for (const std::string& list : record.lists) out.insert(schema::term(schema::field::list, list));
    if (!out.empty()) out.insert(schema::has_term(schema::field::list));
    return out;
}

void unstamp(Xapian::Document& doc, const store::Record& record) {
    const auto bytes = doc.get_value(schema::kSlotOrigins);
    if (bytes.empty()) return;
    const auto old = store::Origins::decode(bytes);
    if (!old) return;
    for (const std::string& name : old->names()) doc.remove_term(schema::term(schema::kOriginPrefix, name));
    for (const std::string& term : list_terms(record)) doc.remove_term(term);
}

}  // namespace

void set_origins(Xapian::Document& doc, store::Record record, const store::Origins& origins) {
    unstamp(doc, record);
    const store::Copy& shown = origins.copies.front();
    record.digest = shown.digest;
    record.size = shown.size;
    record.lists = origins.lists();
    record.archives.clear();
    for (const auto archive : origins.archives()) record.archives.push_back(store::key_name(archive));
    for (const std::string& name : origins.names()) doc.add_boolean_term(schema::term(schema::kOriginPrefix, name));
    for (const std::string& term : list_terms(record)) doc.add_boolean_term(term);
    doc.add_value(schema::kSlotOrigins, origins.encode());
    doc.add_value(schema::kSlotText, shown.place.encode());
    doc.add_value(schema::kSlotSize, Xapian::sortable_serialise(static_cast<double>(shown.size)));
    doc.set_data(store::encode(record));
}

}  // namespace patchseek::document
