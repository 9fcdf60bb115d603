/// Where each id of the source's alphabet is in the vocabulary.
struct StateIndex {
  private var dense: [UInt32]
  private var sparse: [UInt32: UInt32] = [:]

  init(_ vocabulary: [VocabularyEntry]) {
    dense = [UInt32](repeating: 0, count: 1 << 16)
    for (index, entry) in vocabulary.enumerated() {
      if entry.id < dense.count {
        dense[Int(entry.id)] = UInt32(index)
      } else {
        sparse[entry.id] = UInt32(index)
      }
    }
  }

  subscript(id: UInt32) -> UInt32 { id < dense.count ? dense[Int(id)] : sparse[id] ?? 0 }
}
