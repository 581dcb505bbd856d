# SPDX-License-Identifier: GPL-2.0-or-later
"""Plain BM25 (Robertson, k1 1.2, b 0.75) over words, written apart from patchseek so that it can be a yardstick."""
import array
import math
import re

WORD = re.compile(r"[0-9a-z_]+")
K1, B = 1.2, 0.75


class Index:
    """Postings of the words that will be asked for, and only those: a whole history fits into memory so."""

    def __init__(self, vocabulary):
        self.postings = {word: (array.array("I"), array.array("I")) for word in vocabulary}
        self.lengths = array.array("I")

    def add(self, text):
        counts, words = {}, WORD.findall(text.lower())
        for word in words:
            if word in self.postings:
                counts[word] = counts.get(word, 0) + 1
        for word, count in counts.items():
            documents, frequencies = self.postings[word]
            documents.append(len(self.lengths))
            frequencies.append(count)
        self.lengths.append(len(words))

    def finish(self):
        mean = sum(self.lengths) / max(1, len(self.lengths)) or 1
        self.norms = [K1 * (1 - B + B * length / mean) for length in self.lengths]

    def score(self, words, scores):
        """Adds to `scores`, by document, what each different word gives."""
        total, norms = len(self.lengths), self.norms
        for word in dict.fromkeys(words):
            documents, frequencies = self.postings.get(word, ((), ()))
            idf = math.log(1 + (total - len(documents) + 0.5) / (len(documents) + 0.5)) * (K1 + 1)
            for document, frequency in zip(documents, frequencies):
                scores[document] = scores.get(document, 0.0) + idf * frequency / (frequency + norms[document])
        return scores


def best(scores, most, without):
    """The documents with the highest scores, of equal ones the newest, which is the last; never `without`."""
    scores.pop(without, None)
    if len(scores) > 4 * most:
        bound = sorted(scores.values(), reverse=True)[most - 1]
        scores = {document: score for document, score in scores.items() if score >= bound}
    return sorted(scores, key=lambda document: (-scores[document], -document))[:most]
